import { Refusal } from '../refusal.ts';

// Code, HTTP status and text as in the error tables of open.feishu.cn/document/server-docs/docs/bitable-v1: most are 200.
const ERRORS = {
  1254001: [200, 'WrongRequestBody'],
  1254010: [200, 'ReqConvError'],
  1254012: [400, 'NotSupportFieldOrView'],
  1254013: [200, 'TableNameDuplicated'],
  1254014: [200, 'FieldNameDuplicated'],
  1254015: [400, 'Field types do not match.'],
  1254016: [200, 'InvalidSort'],
  1254018: [200, 'InvalidFilter'],
  1254019: [400, 'InvalidViewType'],
  1254020: [400, 'ViewNameDuplicated'],
  1254022: [400, 'InvalidViewName'],
  1254024: [200, 'InvalidFieldNames'],
  1254026: [200, 'EmptyOptionName'],
  1254028: [400, 'EmptyFieldName'],
  1254030: [400, 'InvalidPageToken'],
  1254031: [400, 'InvalidAppName'],
  1254034: [403, 'The last table cannot be deleted.'],
  1254037: [400, 'Invalid client token, make sure that it complies with the specification.'],
  1254040: [200, 'BaseTokenNotFound'],
  1254041: [200, 'TableIdNotFound'],
  1254042: [200, 'ViewIdNotFound'],
  1254043: [200, 'RecordIdNotFound'],
  1254044: [200, 'FieldIdNotFound'],
  1254045: [200, 'FieldNameNotFound'],
  1254046: [200, 'The Primary Field cannot be deleted.'],
  1254060: [200, 'TextFieldConvFail'],
  1254061: [200, 'NumberFieldConvFail'],
  1254062: [200, 'SingleSelectFieldConvFail'],
  1254063: [200, 'MultiSelectFieldConvFail'],
  1254064: [200, 'DatetimeFieldConvFail'],
  1254065: [200, 'CheckboxFieldConvFail'],
  1254066: [200, 'UserFieldConvFail'],
  1254068: [200, 'URLFieldConvFail'],
  1254069: [200, 'AttachFieldConvFail'],
  1254072: [200, 'Failed to convert phone field, please make sure it is correct.'],
  1254100: [200, 'TableExceedLimit'],
  1254101: [200, 'ViewExceedLimit'],
  1254103: [200, 'RecordExceedLimit'],
  1254104: [200, 'RecordAddOnceExceedLimit'],
  1254105: [200, 'ColumnExceedLimit'],
  1254130: [200, 'TooLargeCell'],
  1254290: [200, 'TooManyRequest'],
  1254291: [200, 'Write conflict'],
  1254302: [403, 'Permission denied.'],
  1254303: [200, 'AttachPermNotAllow'],
  1254607: [400, 'Data not ready, please try again later'],
  1254608: [403, 'Same API requests are submitted repeatedly.'],
  1255006: [400, 'Client token conflict, please generate a new client token and try again.'],
} as const;

export type BaseCode = keyof typeof ERRORS;

export const refuse = (code: BaseCode): Refusal => {
  const [status, text] = ERRORS[code];
  return new Refusal(code, text, { status });
};

/** The pages of views and of batch_get have the same codes with HTTP 400, and 404 for what isn't there. */
export const strictly = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 200) throw error;
    const isMissing = error.code >= 1254040 && error.code <= 1254045;
    throw new Refusal(error.code, error.message, { status: isMissing ? 404 : 400 });
  }
};
