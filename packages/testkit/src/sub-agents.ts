import { callId, type SessionEvent } from '@tabwright/protocol'
import { toldBy } from '@tabwright/runtime/harness'
import { httpError, tool, type Reply } from './model-server/reply'
import type { ServedRequest } from './model-server/server'
import type { Story } from './story'

/** A call for a sub-agent; it is told `Do <title>.`, by which its requests are known. */
export function task(title: string, more: Readonly<Record<string, string | readonly string[]>> = {}): ReturnType<typeof tool> {
  return tool('task', { title, prompt: `Do ${title}.`, ...more }, { id: `task-${title}` })
}

/** Who asks: a sub-agent by what it was told to do, or the session's own agent. */
function asker({ body }: ServedRequest): string {
  return /"text":"Do (\w+)\."/.exec(body)?.[1] ?? 'main'
}

const answersIn = ({ body }: ServedRequest): number => body.split('"role":"assistant"').length - 1

type Play = Reply | (() => Promise<Reply>)

/** One script for each of them, by how often it has answered. */
export function plays(by: Readonly<Record<string, readonly Play[]>>): (request: ServedRequest) => Promise<Reply> {
  return async (request) => {
    const reply = by[asker(request)]?.[answersIn(request)]
    if (typeof reply === 'function') return reply()
    return reply ?? httpError(400, { type: 'invalid_request_error', message: `${asker(request)} has nothing more to say` })
  }
}

/** What one of them sent, in order. */
export function askedBy(s: Story, who: string): readonly ServedRequest[] {
  return s.server.requests.filter((request) => asker(request) === who)
}

/** What a sub-agent's own log says. */
export async function ownFacts(s: Story, title: string): Promise<readonly SessionEvent[]> {
  const call = callId(`task-${title}`)
  return (await s.facts()).flatMap((event) => (event.type === 'agent.noted' && event.data.call === call ? [toldBy(event)] : []))
}

/** How its call ended, the newest of that title. */
export async function resultOf(s: Story, title: string): Promise<SessionEvent<'call.ended'>['data'] | undefined> {
  const call = callId(`task-${title}`)
  return (await s.facts()).flatMap((event) => (event.type === 'call.ended' && event.data.call === call ? [event.data] : []))[0]
}
