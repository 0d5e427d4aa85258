import { EngineError, type Service } from '../engine/built-in'
import { fieldsOf } from '../engine/fields'
import type { Notifier } from '../notify'

const LONGEST = 1000

/** `notify`: a message to the operator's place, for whoever may call it. Not there where no place was named. */
export function createNotifyService(notifier: Pick<Notifier, 'host' | 'say'>): Service {
  const { host } = notifier
  return {
    functions: host === undefined ? [] : [notifyFunction(notifier, host)],
    triggerTypes: [],
    close: () => Promise.resolve(),
  }
}

function notifyFunction(notifier: Pick<Notifier, 'say'>, host: string): Service['functions'][number] {
  return {
    id: 'notify',
    description: `Sends a short message to the person, by way of ${host}, which the operator of this relay named. For what cannot wait until they look. It leaves this machine.`,
    request: {
      type: 'object',
      properties: {
        text: { type: 'string', minLength: 1, maxLength: LONGEST, description: 'What the person is to know, in a sentence or two' },
      },
      required: ['text'],
      additionalProperties: false,
    },
    response: { type: 'object', properties: { told: { type: 'string' } }, required: ['told'] },
    run: async (data, { as }) => {
      const text = fieldsOf('notify', data).text('text').trim()
      if (text === '' || text.length > LONGEST)
        throw new EngineError('deserialization_error', `notify: "text" has 1 to ${LONGEST} characters.`)
      const told = await notifier.say(text, as.id)
      if (told === 'told') return { told: host }
      throw new EngineError(told.type === 'busy' ? 'busy' : 'notify_failed', told.message)
    },
  }
}
