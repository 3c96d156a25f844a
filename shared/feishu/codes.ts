/**
 * What a refusal means for the next try. `again`: the same call may work in a moment. `never`: this message to this
 * person is over. `held`: nothing of ours can change it, an administrator can (scopes, credentials, quota).
 */
type Verdict = 'again' | 'never' | 'held';
type Meaning = { readonly reason: string; readonly verdict: Verdict };

const again = (reason: string): Meaning => ({ reason, verdict: 'again' });
const never = (reason: string): Meaning => ({ reason, verdict: 'never' });
const held = (reason: string): Meaning => ({ reason, verdict: 'held' });

/** open.feishu.cn/document/server-docs/api-call-guide/generic-error-code and …/api-call-guide/frequency-control */
const PLATFORM: Readonly<Record<number, Meaning>> = {
  99991400: again('rate_limited'),
  99991401: held('ip_not_allowed'),
  99991403: held('quota_used_up'),
  99991661: again('token_missing'),
  99991662: held('app_disabled'),
  99991663: again('token_expired'),
  99991672: held('scope_missing'),
  99991679: held('scope_missing'),
  99991673: held('app_not_installed'),
  99992351: never('person_unknown'),
  99992352: never('person_unknown'),
  99992361: never('open_id_of_another_app'),
  99992402: never('field_invalid'),
};

/** open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal */
const TOKEN: Readonly<Record<number, Meaning>> = {
  10003: held('app_credentials_wrong'),
  10014: held('app_credentials_wrong'),
};

/** The error tables of open.feishu.cn/document/server-docs/im-v1/message/create, …/reply, …/patch, …/list, …/read_users */
const MESSAGES: Readonly<Record<number, Meaning>> = {
  230001: never('parameter_invalid'),
  230002: never('bot_not_in_group'),
  230006: held('bot_ability_off'),
  230011: never('message_recalled'),
  230012: never('message_of_another_sender'),
  230013: never('person_not_available'),
  230017: never('resource_of_another_app'),
  230018: never('group_forbids'),
  230019: never('topic_unknown'),
  230020: again('rate_limited'),
  230022: never('sensitive_content'),
  230025: never('too_long'),
  230027: held('scope_missing'),
  230028: never('audit_refused'),
  230029: never('person_resigned'),
  230031: never('message_too_old'),
  230033: never('reads_too_old'),
  230034: never('receiver_invalid'),
  230035: never('sending_denied'),
  230036: held('tenant_key_deleted'),
  230038: never('other_tenant'),
  // The same uuid is on its way: the answer to a repeat that overtook its original.
  230049: again('being_sent'),
  230053: never('muted_by_person'),
  230054: never('message_type_refused'),
  230055: never('message_type_refused'),
  230075: never('message_type_refused'),
  230099: never('card_refused'),
  230110: never('message_deleted'),
  230111: never('message_deleted'),
  232006: never('chat_unknown'),
  232009: never('chat_dissolved'),
  232011: never('bot_not_in_group'),
};

/** Urgent messages (加急): open.feishu.cn/document/server-docs/im-v1/buzz-messages/urgent_app */
const URGENT: Readonly<Record<number, Meaning>> = {
  230023: never('urgent_unread_limit'),
  230024: held('urgent_quota_used_up'),
  230052: never('urgent_refused'),
};

/**
 * What 230099 names inside its text, and what CardKit answers itself:
 * open.feishu.cn/document/cardkit-v1/card/create and …/im-v1/message/create
 */
const CARDS: Readonly<Record<number, Meaning>> = {
  11310: never('card_too_many_tables'),
  200550: never('card_chart_refused'),
  200740: never('card_gone'),
  200750: never('card_gone'),
  300301: never('card_refused'),
  300302: never('card_refused'),
  300303: never('card_refused'),
  300305: never('card_too_many_elements'),
  300307: never('card_refused'),
};

/** Sends to many at once: open.feishu.cn/document/server-docs/im-v1/batch_message/send-messages-in-batches */
const BATCH: Readonly<Record<number, Meaning>> = {
  // Met on the hour and the half hour, when every company sends.
  11232: again('rate_limited'),
  11233: again('rate_limited'),
  11247: held('quota_used_up'),
};

/** The error tables of open.feishu.cn/document/server-docs/docs/bitable-v1 */
const BASE: Readonly<Record<number, Meaning>> = {
  1254013: never('base_name_taken'),
  1254014: never('base_name_taken'),
  1254015: never('base_value_refused'),
  1254036: again('base_busy'),
  1254040: held('base_gone'),
  1254041: held('base_table_gone'),
  1254043: never('base_row_gone'),
  1254045: held('base_field_missing'),
  1254060: never('base_value_refused'),
  1254061: never('base_value_refused'),
  1254062: never('base_value_refused'),
  1254063: never('base_value_refused'),
  1254064: never('base_value_refused'),
  1254065: never('base_value_refused'),
  1254066: never('base_person_refused'),
  1254068: never('base_value_refused'),
  1254103: held('base_full'),
  1254130: never('base_cell_too_large'),
  1254290: again('rate_limited'),
  1254291: again('base_write_conflict'),
  1254302: held('base_permission_missing'),
  1254304: held('base_permission_missing'),
  1254607: again('base_busy'),
  1254608: again('base_busy'),
  1255006: never('base_token_taken'),
  1255040: again('base_busy'),
};

/**
 * The error tables of open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1 and …/wiki-v2, and of
 * open.feishu.cn/document/server-docs/docs/drive-v1 (access records, subscriptions, medias)
 */
const DOCUMENTS: Readonly<Record<number, Meaning>> = {
  131001: again('wiki_busy'),
  131002: never('wiki_refused'),
  131003: held('wiki_full'),
  131005: never('document_not_found'),
  131006: held('document_forbidden'),
  131007: again('wiki_busy'),
  131009: again('wiki_busy'),
  1061004: held('document_forbidden'),
  1061043: never('document_too_large'),
  1061044: never('document_not_found'),
  // Uploads that overlap or come faster than 5/s.
  1061045: again('rate_limited'),
  1069601: again('document_busy'),
  1069602: never('document_refused'),
  1069603: held('document_forbidden'),
  1069604: never('document_not_found'),
  1770001: never('document_refused'),
  1770002: never('document_not_found'),
  1770003: never('document_not_found'),
  1770004: never('document_too_large'),
  1770005: never('document_too_large'),
  1770006: never('document_refused'),
  1770007: never('document_too_large'),
  1770008: never('document_too_large'),
  1770010: never('document_too_large'),
  1770011: never('document_too_large'),
  1770013: never('document_refused'),
  1770020: again('document_busy'),
  1770032: held('document_forbidden'),
  1770033: never('document_too_large'),
  1770034: never('document_too_large'),
  1770035: never('document_too_large'),
};

/** open.feishu.cn/document/server-docs/application-v6/scope/list */
const APPLICATION: Readonly<Record<number, Meaning>> = {
  212100: held('app_not_installed'),
};

/** The error tables of open.feishu.cn/document/server-docs/contact-v3 */
const CONTACT: Readonly<Record<number, Meaning>> = {
  40003: again('internal'),
  40004: held('department_not_visible'),
  40011: never('page_size_invalid'),
  40012: never('page_token_invalid'),
  40014: held('department_not_visible'),
  41012: never('person_unknown'),
  41050: held('person_not_visible'),
  42008: held('tenant_wrong'),
  43010: never('department_too_big'),
};

const MEANINGS = {
  ...PLATFORM,
  ...TOKEN,
  ...MESSAGES,
  ...URGENT,
  ...CARDS,
  ...BATCH,
  ...BASE,
  ...DOCUMENTS,
  ...APPLICATION,
  ...CONTACT,
};

/**
 * 230099 of a card on which somebody clicks right now: it can be changed as soon as the click is answered (sub-code 11310,
 * open.feishu.cn/document/server-docs/im-v1/message-card/patch, 230099 子错误码).
 */
const CLICKED_ON = again('card_being_clicked');
const isClickedOn = (code: number, message: string): boolean =>
  code === 230099 && message.includes('card action is lock');

export type CodeMeaning = { readonly reason: string; readonly retryable: boolean; readonly final: boolean };

const told = ({ reason, verdict }: Meaning): CodeMeaning => ({
  reason,
  retryable: verdict === 'again',
  final: verdict === 'never',
});

/**
 * By `code`, never by HTTP status: 99991663 is reported inside a 200. A code that no page names is worth another try,
 * because the ledger limits the tries and a message must not be lost to a code that is new.
 * `message` tells apart what one code says of different things.
 */
export const meaningOf = (code: number | string, message = ''): CodeMeaning => {
  if (typeof code === 'string') return told(again(code));
  return told(isClickedOn(code, message) ? CLICKED_ON : (MEANINGS[code] ?? again('code_unknown')));
};

/** Token invalid or expired: ask for a new one once and repeat. */
export const TOKEN_EXPIRED = 99991663;
