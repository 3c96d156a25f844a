import { choiceField, mixedForm, wordsField } from '../feishu/card-controls.ts';
import type { Card } from '../feishu/card-json.ts';
import { card, coloured, deliveryElementId, markdown } from '../feishu/cards.ts';
import type { Place } from './card-acts.ts';

/** Names of the fields of 提交客诉 in `form_value`; what they become is shared/sources/chat.ts. */
export const submissionFields = {
  orderId: { text: '订单号（可不填）', maxLength: 60 },
  productName: { text: '商品（可不填）', maxLength: 80 },
  batchNo: { text: '批次（可不填）', maxLength: 40 },
  phone: { text: '客户手机（可不填，入库前打码）', maxLength: 20 },
} as const;
export const contentField = 'content';
export const channelField = 'channel';
export const channels = ['天猫', '抖音', '小程序', '微信', '电话', '线下', '其他'] as const;
/** Of the content, in characters. */
export const longestContent = 1_000;

/** 提交客诉: a complaint that reached a colleague by another way. It stands on their own card only. */
export const submissionCard = (place: Place): Card =>
  card({
    id: deliveryElementId(place.subject, place.recipient),
    summary: '提交客诉：填写后自动建单并分派',
    header: { title: '提交客诉', colour: 'blue' },
    elements: [
      markdown('把客户的话尽量原样写下来，系统会自动分类、定级、分派。'),
      mixedForm({
        id: 'submission',
        fields: [
          wordsField({
            name: contentField,
            text: '客户反馈的内容（必填）',
            required: true,
            maxLength: longestContent,
            multiline: true,
          }),
          choiceField({
            name: channelField,
            text: '渠道（必选）',
            required: true,
            choices: channels.map((text) => ({ text, value: text })),
          }),
          ...Object.entries(submissionFields).map(([name, field]) =>
            wordsField({ name, required: false, ...field }),
          ),
        ],
        submit: { text: '提交', value: { do: 'submit', subject: place.subject } },
      }),
    ],
    footer: ['一张卡片提交一单，再提交请再发「提交客诉」'],
  });

/** In its place once it was handed in. */
export const submittedCard = (place: Place, content: string): Card =>
  card({
    id: deliveryElementId(place.subject, place.recipient),
    summary: '客诉已提交，正在建单',
    header: { title: '提交客诉', colour: 'green' },
    elements: [markdown(coloured('✔ 已提交，正在建单并分派', 'green')), markdown(content)],
    footer: ['发送「我的工单」查看你名下的工单'],
  });
