import { type Issue, issue, type Plan, type StreamNode } from '@millrace/plan'
import { unreadableReason } from './compatibility.ts'

/** Apps that could no longer read a stream if it were declared like this. */
export function readerIssues(stream: string, declaration: StreamNode, apps: readonly { readonly name: string; readonly plan: Plan }[]): readonly Issue[] {
  return apps.flatMap(({ name, plan }) => {
    const node = plan.streams[stream]
    const reason = node === undefined ? null : unreadableReason(declaration, node)
    return reason === null ? [] : [issue('STREAM_READ_BY', `apps.${name}`, { app: name, reason })]
  })
}
