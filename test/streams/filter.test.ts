import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../simulator/streams/filter.ts';
import { readMapping } from '../../simulator/streams/settings.ts';
import type { StreamRecord } from '../../simulator/streams/stream.ts';

const record = (
  image: Record<string, unknown>,
  eventName: StreamRecord['eventName'] = 'INSERT',
): StreamRecord => ({
  eventName,
  dynamodb: { Keys: {}, SequenceNumber: '1', ApproximateCreationDateTime: 0, NewImage: image },
});
const work = (pattern: unknown) => [{ dynamodb: { NewImage: { work: { S: pattern } } } }];

describe('a filter of an event source mapping', () => {
  it.each([
    ['an equal value', work(['now']), { work: { S: 'now' } }, true],
    ['any of several values', work(['now', 'event']), { work: { S: 'event' } }, true],
    ['another value', work(['now']), { work: { S: 'later' } }, false],
    ['a missing attribute', work(['now']), {}, false],
    ['exists', work([{ exists: true }]), { work: { S: 'x' } }, true],
    ['exists, and it is missing', work([{ exists: true }]), {}, false],
    ['exists false', work([{ exists: false }]), {}, true],
    ['exists false, and it is there', work([{ exists: false }]), { work: { S: 'x' } }, false],
    ['a prefix', work([{ prefix: 'feishu' }]), { work: { S: 'feishu#1' } }, true],
    ['another prefix', work([{ prefix: 'feishu' }]), { work: { S: 'shop#1' } }, false],
    ['anything but', work([{ 'anything-but': ['done'] }]), { work: { S: 'now' } }, true],
    ['anything but, and it is that', work([{ 'anything-but': ['done'] }]), { work: { S: 'done' } }, false],
    ['anything but, and it is missing', work([{ 'anything-but': 'done' }]), {}, false],
    [
      'a number as the string it is',
      [{ dynamodb: { NewImage: { n: { N: ['5'] } } } }],
      { n: { N: '5' } },
      true,
    ],
    [
      'an element of a set',
      [{ dynamodb: { NewImage: { s: { SS: ['b'] } } } }],
      { s: { SS: ['a', 'b'] } },
      true,
    ],
    ['the kind of change', [{ eventName: ['MODIFY'] }], {}, false],
    ['one of two patterns', [...work(['now']), { eventName: ['INSERT'] }], {}, true],
    ['no pattern at all', [], {}, true],
  ])('judges %s', (...[, patterns, image, passes]) => {
    expect(compileFilter(patterns)(record(image))).toBe(passes);
  });

  it.each([
    ['an operator that is not emulated', work([{ numeric: ['>', 1] }]), /S: the operator numeric/],
    ['$or', [{ $or: [] }], /\$or/],
    ['an empty list', work([]), /empty list/],
    ['a bare value', [{ eventName: 'INSERT' }], /eventName: a list/],
    ['a wrong operand', work([{ exists: 'yes' }]), /exists has a wrong operand/],
  ])('refuses %s', (_, patterns, message) => {
    expect(() => compileFilter(patterns)).toThrow(message);
  });
});

describe('the settings of a mapping', () => {
  it.each([
    ['a field that is not emulated', { tumblingWindowInSeconds: 5 }, /tumblingWindowInSeconds/],
    ['a wait for fuller batches', { batchWindow: 5 }, /batchWindow: isn't emulated/],
    ['a table that is not there', { arn: { 'Fn::GetAtt': ['Nowhere', 'StreamArn'] } }, /no such table/],
    ['a record age under a minute', { maximumRecordAgeInSeconds: 5 }, /maximumRecordAgeInSeconds/],
  ])('are refused with %s', (_, wrong, message) => {
    const arn = 'arn:aws:dynamodb:ap-southeast-1:0:table/things/stream/x';
    expect(() => readMapping('worker', { type: 'dynamodb', arn, ...wrong }, new Map())).toThrow(message);
  });

  it('are none for a disabled mapping', () => {
    const arn = 'arn:aws:dynamodb:ap-southeast-1:0:table/things/stream/x';
    expect(readMapping('worker', { type: 'dynamodb', arn, enabled: false }, new Map())).toBeUndefined();
  });
});
