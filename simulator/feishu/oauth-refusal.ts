// HTTP statuses and texts as in the error tables of open.feishu.cn/document/authentication-management/access-token/
// get-user-access-token and …/refresh-user-access-token. `error` is shown there for 20050 only; the others follow RFC 6749 §5.2.
const TABLE = {
  20001: ['invalid_request', 'The request is missing a required parameter.'],
  20002: ['invalid_client', 'The client secret is invalid.'],
  20003: [
    'invalid_grant',
    'The authorization code is not found. Please note that an authorization code can only be used once.',
  ],
  20004: ['invalid_grant', 'The authorization code has expired.'],
  20008: ['invalid_grant', 'The user does not exist.'],
  20010: ['access_denied', 'The user does not have permission to use this app.'],
  20024: [
    'invalid_grant',
    'The provided authorization code or refresh token does not match the provided client ID.',
  ],
  20026: ['invalid_grant', 'The refresh token passed is invalid. Please check the value.'],
  20036: ['unsupported_grant_type', 'The specified grant_type is not supported.'],
  20037: ['invalid_grant', 'The refresh token passed has expired. Please generate a new one.'],
  20048: ['invalid_client', 'The specified app does not exist.'],
  20049: ['invalid_grant', 'PKCE code challenge failed.'],
  20063: ['invalid_request', 'The request is malformed. Please check your request.'],
  20065: [
    'invalid_grant',
    'The authorization code has been used. Please note that an authorization code can only be used once.',
  ],
  20066: ['invalid_grant', 'The user status is invalid.'],
  20067: [
    'invalid_scope',
    'The provided scope list contains duplicate scopes. Please ensure all scopes are unique.',
  ],
  20068: [
    'invalid_scope',
    'The provided scope list contains scopes that are not permitted. Please ensure all scopes are allowed.',
  ],
  20070: [
    'invalid_request',
    'Multiple authentication methods were provided. Please only use one to proceed.',
  ],
  20071: ['invalid_grant', 'The provided redirect URI does not match the one used during authorization.'],
  20073: [
    'invalid_grant',
    'The refresh token has been used. Please note that a refresh token can only be used once.',
  ],
} as const;

/** What the token endpoint answers instead of a token: `{code, error, error_description}`. */
export class OAuthRefusal extends Error {
  override readonly name = 'OAuthRefusal';
  readonly code: keyof typeof TABLE;
  readonly status = 400;

  constructor(code: keyof typeof TABLE) {
    super(TABLE[code][1]);
    this.code = code;
  }

  body(): object {
    return { code: this.code, error: TABLE[this.code][0], error_description: this.message };
  }
}
