import {
  fail,
  failureOf,
  isHere,
  isJsonObject,
  joinBytes,
  parseJson,
  type ChosenFunction,
  type Hands,
  type HandsPorts,
  type Json,
  type JsonObject,
  type LeaseId,
  type PortAnswer,
  type PortRequest,
  type ProgramFunction,
  type SandboxProgram,
  type SessionId,
  type WorkerFunction,
} from '@tabwright/protocol'
import type { FunctionCall, Functions } from '../../core/functions/functions'
import type { ProgramAnswers } from './offered-programs'

/** Where programs of a sandbox are offered to other programs. */
export interface OfferingPrograms {
  /** @returns under which names; @throws FailureError where nothing is offered */
  offer(program: SandboxProgram, answers: ProgramAnswers): Promise<readonly string[]>
  /** What the session offers under that name is gone. */
  withdraw(name: string): Promise<void>
}

/** What the programs of one session take from outside. */
export interface SandboxProgramsOptions {
  readonly session: SessionId
  readonly hands: Pick<Hands, 'provision' | 'ports'>
  readonly functions: Functions
  readonly offering: OfferingPrograms
  /** A person closed the network: nothing leaves the session. */
  readonly isClosed: () => boolean
}

const OFFER = 'here::offer_functions'
const WITHDRAW = 'here::withdraw_functions'
const NAME = /^[a-z0-9_-]{1,40}$/
const MOST_FUNCTIONS = 32
const MOST_ANSWER = 512 * 1024
/** A little less than the relay waits. */
const DEADLINE_MS = 110_000

const OFFER_WORDS =
  'Offers the functions of a program in this sandbox to all programs and agents on the relay, as <tab>::<name>::<function>, until the program stops listening, the session or its tab is closed, or they are withdrawn. Start the program first, in the background (node worker.mjs &). It listens on `port` over HTTP: GET / answers {"functions":[{"name":"quote","description":"…","request":{JSON Schema}}]}, POST /<name> gets the input as JSON and answers with the result as JSON; a status of 400 or more is an error, its body the reason. It has no network, and answers anybody whom the relay lets call. The answer says under which names its functions are called.'

const ABOUT = { worker: 'this tab', identity: '', version: '1', isHot: false, uses: 0, effect: 'keyed' } as const

const OWN: readonly WorkerFunction[] = [
  {
    ...ABOUT,
    id: OFFER,
    description: OFFER_WORDS,
    opensOut: true,
    input: {
      type: 'object',
      properties: {
        name: { type: 'string', description: 'a-z, 0-9, - and _' },
        port: { type: 'integer', description: 'where the program listens' },
      },
      required: ['name', 'port'],
      additionalProperties: false,
    },
  },
  {
    ...ABOUT,
    id: WITHDRAW,
    description: 'Takes back what here::offer_functions offered. The program goes on.',
    input: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'], additionalProperties: false },
  },
]

interface Running {
  readonly port: number
  readonly lease: LeaseId
  readonly ports: HandsPorts
  readonly calls: Map<number, AbortController>
  unwatch(): void
}

/**
 * Functions of the relay, and beside them what lets an agent offer those of a program in its own sandbox. The program has no network: whoever calls it
 * is answered by this worker, which asks it on its port.
 */
export class SandboxPrograms implements Functions {
  readonly #options: SandboxProgramsOptions
  readonly #running = new Map<string, Running>()

  constructor(options: SandboxProgramsOptions) {
    this.#options = options
  }

  list(): readonly WorkerFunction[] {
    const { functions, hands } = this.#options
    const all = functions.list()
    // They need the relay, as the others do that this tab itself offers.
    return hands.ports === undefined || !all.some(({ id }) => isHere(id)) ? all : [...OWN, ...all]
  }

  webSearch(): ChosenFunction | undefined {
    return this.#options.functions.webSearch?.()
  }

  async call(id: string, input: Json, call: FunctionCall): Promise<Json> {
    if (id === OFFER) return this.#offer(input, call)
    if (id !== WITHDRAW) return this.#options.functions.call(id, input, call)
    const name = isJsonObject(input) ? input['name'] : undefined
    const isGone = typeof name === 'string' && (await this.#stop(name))
    return isGone ? {} : fail('not_found', 'This session offers nothing under that name.')
  }

  /** The session is not written here any more. */
  close(): void {
    for (const name of this.#running.keys()) this.#stopLater(name)
  }

  async #offer(input: Json, { signal }: FunctionCall): Promise<Json> {
    const { session, hands, offering } = this.#options
    const { name, port } = wishIn(input)
    const ports = hands.ports ?? fail('unavailable', 'Programs of this place cannot listen on ports. Nothing is offered.')
    const lease = await hands.provision(session, signal)
    if (!ports.list(lease).includes(port))
      return fail('bad_input', `No program of this sandbox listens on ${port}. Start it in the background first; nothing is offered.`)
    const head = { port, method: 'GET', path: '/', headers: [hostOf(port)] }
    const program = { session, name, functions: functionsIn(await bodyOf(await ports.request(lease, head, signal))) }
    await this.#stop(name)
    const changed = (now: readonly number[]): void => {
      if (!now.includes(port) && this.#running.get(name) === one) this.#stopLater(name)
    }
    const one: Running = { port, lease, ports, calls: new Map(), unwatch: ports.watch(lease, changed) }
    this.#running.set(name, one)
    try {
      return { functions: [...(await offering.offer(program, this.#answersOf(one)))] }
    } catch (error) {
      one.unwatch()
      this.#running.delete(name)
      throw error
    }
  }

  #answersOf({ port, lease, ports, calls }: Running): ProgramAnswers {
    return {
      call: async (n, name, input) => {
        if (this.#options.isClosed()) return fail('not_permitted', 'The network of this session is closed.')
        const stopping = new AbortController()
        const timer = setTimeout(() => stopping.abort(), DEADLINE_MS)
        calls.set(n, stopping)
        try {
          const answer = await ports.request(lease, requestOf(port, name, input), stopping.signal)
          return resultOf(name, answer.status, await bodyOf(answer))
        } finally {
          clearTimeout(timer)
          calls.delete(n)
        }
      },
      cancel: (n) => calls.get(n)?.abort(),
      isClosed: () => Promise.resolve(this.#options.isClosed()),
    }
  }

  /** False: there was none. */
  async #stop(name: string): Promise<boolean> {
    const one = this.#running.get(name)
    if (one === undefined) return false
    this.#running.delete(name)
    one.unwatch()
    for (const call of one.calls.values()) call.abort()
    await this.#options.offering.withdraw(name)
    return true
  }

  #stopLater(name: string): void {
    this.#stop(name).catch((error: unknown) => reportError(failureOf(error)))
  }
}

const hostOf = (port: number): readonly [string, string] => ['Host', `localhost:${port}`]

function requestOf(port: number, name: string, input: Json): PortRequest {
  const body = new TextEncoder().encode(JSON.stringify(input))
  const headers = [hostOf(port), ['Content-Type', 'application/json'], ['Content-Length', String(body.length)]] as const
  return { port, method: 'POST', path: `/${name}`, headers, body }
}

function resultOf(name: string, status: number, text: string): Json {
  if (status >= 400) return fail('unexpected', text.trim() || `The program answered ${status}.`)
  return text === '' ? null : (parseJson(text) ?? fail('bad_response', `${name} answered with what is no JSON.`))
}

function wishIn(input: Json): { readonly name: string; readonly port: number } {
  const { name, port } = isJsonObject(input) ? input : {}
  if (typeof name !== 'string' || !NAME.test(name))
    return fail('bad_input', '"name" has a-z, 0-9, - and _, at most 40. Nothing is offered.')
  if (typeof port !== 'number' || !Number.isInteger(port)) return fail('bad_input', '"port" is a number. Nothing is offered.')
  return { name, port }
}

/** What a program says of itself is as little to be trusted as any answer. */
function functionsIn(text: string): readonly ProgramFunction[] {
  const said = parseJson(text)
  const listed = isJsonObject(said) ? said['functions'] : undefined
  if (!Array.isArray(listed) || listed.length === 0 || listed.length > MOST_FUNCTIONS)
    return fail('bad_input', `GET / has to answer {"functions":[…]} with 1 to ${MOST_FUNCTIONS} functions. Nothing is offered.`)
  const found = listed.map(functionIn)
  const twice = found.find(({ name }, at) => found.findIndex((one) => one.name === name) !== at)
  return twice === undefined ? found : fail('bad_input', `Two functions are called ${twice.name}. Nothing is offered.`)
}

function functionIn(one: Json): ProgramFunction {
  const { name, description = '', request, response } = isJsonObject(one) ? one : {}
  if (typeof name !== 'string' || !NAME.test(name) || typeof description !== 'string')
    return fail('bad_input', 'Each function has a "name" of a-z, 0-9, - and _, and may have a "description". Nothing is offered.')
  const schemas: { request?: JsonObject; response?: JsonObject } = {}
  if (isJsonObject(request)) schemas.request = request
  if (isJsonObject(response)) schemas.response = response
  return { name, description, ...schemas }
}

async function bodyOf({ body }: PortAnswer): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    size += part.length
    if (size > MOST_ANSWER) return fail('too_large', `The program answered more than ${MOST_ANSWER} bytes.`)
    parts.push(part)
  }
  return new TextDecoder().decode(joinBytes(parts))
}
