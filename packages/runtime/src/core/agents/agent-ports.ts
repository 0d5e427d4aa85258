import { NO_QUALITY, type CallId, type Model, type SessionEvent } from '@tabwright/protocol'
import type { Ports } from '../ports'
import { toldBy } from './told'

/**
 * What a sub-agent touches: all that its session does. Nobody writes to it, so its inbox is empty; its past is its own facts; what streams is
 * not shown, and the person's check is for the work as a whole.
 */
export function agentPorts(session: Ports, call: CallId, through: (model: Model) => Model): Ports {
  const { stronger: _none, log, ...ports } = session
  return {
    ...ports,
    log: {
      claim: (id) => log.claim(id),
      append: (id, epoch, commit) => log.append(id, epoch, commit),
      read: (id, from, to) => ownFacts(log.read(id, from, to), call),
      readWire: (id, epoch) => log.readWire(id, epoch),
      readInbox: async () => [],
      post: (id, message, name) => log.post(id, message, name),
      withdraw: (id, n) => log.withdraw(id, n),
      amend: (id, n, change) => log.amend(id, n, change),
      reorder: (id, order) => log.reorder(id, order),
    },
    model: () => {
      const choice = session.model()
      return { ...choice, model: through(choice.model) }
    },
    quality: () => NO_QUALITY,
    preview: { save: () => undefined, take: async () => '' },
    live: () => undefined,
  }
}

async function* ownFacts(events: AsyncIterable<SessionEvent>, call: CallId): AsyncIterable<SessionEvent> {
  for await (const event of events) if (event.type === 'agent.noted' && event.data.call === call) yield toldBy(event)
}
