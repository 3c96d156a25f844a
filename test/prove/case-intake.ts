import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { HttpRequest } from '../../shared/lambda/http.ts';
import { parse } from '../../shared/parse.ts';
import { type PutReceipt, receiptRow } from '../../shared/store/put-receipt.ts';
import { localAccounts } from '../../simulator/sources/accounts.ts';
import { type Message, signPush } from '../../simulator/sources/sign.ts';
import type { CloudFunction } from './cloud.ts';
import { tableName } from './world.ts';

const messageSchema = z.custom<Message>((value) => typeof value === 'object' && value !== null);

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'ap-southeast-1' }));

/** The same row by the same condition, by a client that the gate stands before. */
export const putReceipt: PutReceipt = async (receipt) => {
  const Item = Object.fromEntries(
    Object.entries(receiptRow(receipt)).map(([name, value]) => [
      name,
      'S' in value ? value.S : Number(value.N),
    ]),
  );
  const condition = { ConditionExpression: 'attribute_not_exists(id)' };
  try {
    await documents.send(new PutCommand({ TableName: tableName('inbox'), Item, ...condition }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
};

const requestOf = (message: Message): HttpRequest => {
  const { query, headers, body } = signPush(message, new Date());
  return {
    bytes: Buffer.from(body),
    rawBody: body,
    headers,
    query: new URLSearchParams(query),
    method: 'POST',
    path: { source: message.source },
    rawPath: `/tickets/${message.source}`,
  };
};

/** What the local stage has for TICKET_SOURCES, as far as the shops and service systems of the proof need it. */
export const ticketSources = JSON.stringify([
  { source: 'youzan', account: localAccounts.youzan.account, secrets: [localAccounts.youzan.secret] },
  { source: 'doudian', account: localAccounts.doudian.account, secrets: [localAccounts.doudian.secret] },
  { source: 'qiyu', account: localAccounts.qiyu.account, secrets: [localAccounts.qiyu.secret] },
  { source: 'app', account: localAccounts.app.account, secrets: [localAccounts.app.secret] },
]);

/** The intake's own use case; what throws makes the source send again. */
export const caseIntake: CloudFunction = {
  name: 'ticket-intake',
  open: async () => {
    const { receiveTicket } = await import('../../functions/ticket-intake/handler.ts');
    const { pushSources, ticketAccountsSchema } = await import('../../shared/sources/all-sources.ts');
    const { seals, sealKeysSchema } = await import('../../shared/seal.ts');
    const receive = receiveTicket({
      sources: pushSources(parse(ticketAccountsSchema, JSON.parse(ticketSources))),
      seal: seals(parse(sealKeysSchema, process.env['SEAL_KEYS'])).seal,
      putReceipt,
      now: () => new Date(),
    });
    return (event) => receive(requestOf(messageSchema.parse(event)));
  },
};
