import { guarantees, wayInNames, wayOutNames } from '@millrace/plan'
import Type, { type Static } from 'typebox'
import { closed, Name, oneOf, orNull, pageOf } from './shapes.ts'

export const Guarantee = oneOf(guarantees, 'How often a record counts')

export const DeliveryPath = closed(
  {
    stream: Name,
    wayIn: oneOf(wayInNames),
    whereIn: orNull(Type.String(), 'Of which records that come in so; of sources the name; null: of all'),
    output: Name,
    wayOut: oneOf(wayOutNames),
    whereOut: orNull(Type.String(), 'For which readers; of webhooks, files and sinks the name; null: for all'),
    guarantee: Guarantee,
    reason: Type.String({ description: 'Why of its weakest end; of both where neither is weak' }),
  },
  {
    description: 'How often a record counts in what leaves by a path, and why',
    examples: [
      {
        stream: 'alarms',
        wayIn: 'http-producer',
        whereIn: 'with millrace-producer and millrace-sequence',
        output: 'alerts',
        wayOut: 'webhooks',
        whereOut: 'pager',
        guarantee: 'at-least-once',
        reason: 'a batch whose answer did not come is sent again, and only _id tells that its rows were there before',
      },
    ],
  },
)
export type DeliveryPath = Static<typeof DeliveryPath>

export const DeliveryPage = pageOf(DeliveryPath, 'Paths by output, stream, way in and way out')
export type DeliveryPage = Static<typeof DeliveryPage>
