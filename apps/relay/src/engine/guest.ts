import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import { isFunctionName } from '@tabwright/protocol/relay'
import { bucketOf } from '../address'
import type { Engine } from './built-in'
import { RELAY_IDENTITY, STRANGER, type ExposedBy, type Identity } from './identity'

/** What the operator exposes to all strangers, beside what the auth function grants to one. */
export interface Exposed {
  /** Patterns of names. */
  readonly names: readonly string[]
  readonly by: readonly ExposedBy[]
}

/** Asks a function of a worker who a stranger is. No function, no answer, an answer of another shape: nobody. */
export function guestsBy(
  { functionId, exposed }: { readonly functionId: string; readonly exposed: Exposed },
  engine: Engine,
  note: (thrown: unknown) => void,
): (request: IncomingMessage) => Promise<Identity | undefined> {
  // Those of the last start had the same numbers, and what they left is not for these.
  const epoch = randomBytes(8).toString('hex')
  let count = 0
  const nobodys = () => ({ id: `${STRANGER}${++count}`, epoch })
  return async (request) => {
    const url = new URL(request.url ?? '/', 'http://relay')
    const names = [...new Set(url.searchParams.keys())]
    const asked = {
      headers: Object.fromEntries(Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')])),
      query_params: Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name)])),
      ip_address: bucketOf(request.socket.remoteAddress),
    }
    try {
      return guestOf(
        await engine.invoke(functionId, asked, { as: RELAY_IDENTITY, trace: {}, depth: 0, deadlineMs: 5000 }),
        exposed,
        nobodys,
      )
    } catch (thrown) {
      note(thrown)
      return undefined
    }
  }
}

/** The answer of an auth function as an identity; what it does not grant is not granted. @param nobodys for one without a prefix */
function guestOf(answer: Json | undefined, exposed: Exposed, nobodys: () => Pick<Identity, 'id' | 'epoch'>): Identity | undefined {
  if (!isJsonObject(answer)) return undefined
  const mayRegister = answer['allow_function_registration'] === true
  const prefix = answer['function_registration_prefix']
  if (prefix !== undefined && prefix !== null && (typeof prefix !== 'string' || !isFunctionName(prefix) || prefix.includes('::')))
    return undefined
  // Sessions of one prefix are one identity: they may replace each other. Others have nothing in common.
  const forbidden = texts(answer, 'forbidden_functions')
  const calls = texts(answer, 'allowed_functions')
  return {
    ...(typeof prefix === 'string' ? { id: `${STRANGER}${prefix}` } : nobodys()),
    kind: 'worker',
    grants: {
      // Without a prefix of its own a guest's names could be anybody's.
      register: mayRegister && typeof prefix === 'string' ? [`${prefix}::*`] : [],
      call: [...calls, ...exposed.names],
      bind: texts(answer, 'allowed_trigger_types'),
      provide: answer['allow_trigger_type_registration'] === true && typeof prefix === 'string' ? [`${prefix}::*`] : [],
    },
    forbidden,
    exposed: exposed.by,
    ...(typeof prefix === 'string' && { prefix }),
    context: answer['context'] ?? {},
  }
}

function texts(answer: JsonObject, field: string): readonly string[] {
  const found: readonly unknown[] = Array.isArray(answer[field]) ? answer[field] : []
  return found.filter((one) => typeof one === 'string')
}
