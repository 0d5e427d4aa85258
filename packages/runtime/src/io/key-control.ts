import { failureOf } from '@tabwright/protocol'
import type { KeyHolder } from './key-holder'
import { parseControlMessage, type ControlReply } from './key-messages'

/** Answers the page that started the key worker. `undefined`: the message was none of the table. */
export async function answerControl(holder: KeyHolder, data: unknown, ports: readonly MessagePort[]): Promise<ControlReply | undefined> {
  const message = parseControlMessage(data)
  if (!message) return undefined
  const { n } = message
  try {
    if (message.type === 'put') return { type: 'kept', n, models: await holder.put(message.key, message.origin) }
    if (message.type === 'forget') holder.forget()
    else for (const port of ports) holder.serve(port)
    return { type: 'done', n }
  } catch (error) {
    return { type: 'failed', n, failure: failureOf(error) }
  }
}
