/** The accounts of the stage `local` in serverless.yml: development values that open nothing elsewhere. */
export const localAccounts = {
  youzan: { account: 'c0ffee0000000001', secret: 'dev-youzan-secret' },
  doudian: { account: '7000000000000000001', secret: 'dev-doudian-secret' },
  qiyu: { account: 'dev-qiyu-app-key', secret: 'dev-qiyu-secret' },
  wecom: {
    account: 'ww0dev0corp0000001',
    token: 'dev-wecom-token',
    encodingAesKey: 'ZGV2LXdlY29tLWVuY29kaW5nLWFlcy1rZXktMzItYnk',
    apiSecret: 'dev-wecom-api-secret',
  },
  app: { account: 'mint-app', secret: 'whsec_ZGV2LWFwcC1mZWVkYmFjay1zZWNyZXQtbG9jYWwtISE=' },
} as const;

export type PushingSource = keyof typeof localAccounts;
