import { fail, failureOf, type Json, type ProgramFunction, type SandboxProgram } from '@tabwright/protocol'
import { CallError, type IncomingCall, type Registered } from '@tabwright/relay-client/worker'
import type { Discovering } from './found-functions'
import type { CallList } from './membership-record'
import { plainWords } from './plain-words'

/** The side that reaches the program. */
export interface ProgramAnswers {
  /** @throws FailureError with what went wrong there */
  call(n: number, name: string, input: Json): Promise<Json>
  /** Nobody waits for that call any more. */
  cancel(n: number): void
  /** A person closed the network of its session. */
  isClosed(): Promise<boolean>
}

/** What was offered. */
export interface Offering {
  /** Under which names. */
  readonly ids: readonly string[]
  /** Settled once others can find it. @throws FailureError where they cannot; then it is taken back */
  readonly ready: Promise<void>
  withdraw(): void
}

/** What offering programs takes from outside. */
export interface OfferedOptions {
  readonly calls: CallList
  readonly now: () => number
  /** What a caller calls itself. */
  readonly nameOf: (caller: string | undefined) => Promise<string>
  /** Takes secrets of the session out of what leaves it. */
  readonly secretsOut: (session: SandboxProgram['session']) => Promise<<T>(value: T) => T>
}

interface Offered {
  readonly program: SandboxProgram
  readonly answers: ProgramAnswers
  registered: readonly Registered[]
}

const MOST_PROGRAMS = 8
/** Of a description, and of why a call failed. */
const MOST_WORDS = 1000

/** Programs in the sandboxes of this tab's sessions, as functions of this tab: there as long as the program, its session and the tab are. */
export class OfferedPrograms {
  readonly #options: OfferedOptions
  readonly #offered = new Map<string, Offered>()
  #joined: { readonly connection: Discovering; readonly own: string } | undefined
  #last = 0

  constructor(options: OfferedOptions) {
    this.#options = options
  }

  join(connection: Discovering, own: string): void {
    this.#joined = { connection, own }
    for (const one of this.#offered.values()) this.#register(one).catch((error: unknown) => reportError(failureOf(error)))
  }

  /** The connection that they were registered with is gone. */
  leave(): void {
    this.#joined = undefined
    for (const one of this.#offered.values()) one.registered = []
  }

  /**
   * Offers what the program has. The same name of the same session takes the place of what it offered before.
   * @throws FailureError where nothing is offered
   */
  offer(program: SandboxProgram, answers: ProgramAnswers): Offering {
    const { name, session, functions } = program
    const { own } = this.#joined ?? fail('unavailable', 'This tab is not joined to a relay now. Nothing is offered.')
    const before = this.#offered.get(name)
    if (before !== undefined && before.program.session !== session)
      return fail('busy', `Another session of this tab offers functions as ${name}. Choose another name; nothing is offered.`)
    if (before === undefined && this.#offered.size >= MOST_PROGRAMS)
      return fail('busy', `This tab offers ${MOST_PROGRAMS} programs already. End one first; nothing is offered.`)
    if (before) this.#withdraw(before)
    const offered: Offered = { program, answers, registered: [] }
    this.#offered.set(name, offered)
    const withdraw = (): void => this.#withdraw(offered)
    return { ids: functions.map((one) => `${own}${name}::${one.name}`), ready: this.#ready(offered), withdraw }
  }

  async #ready(offered: Offered): Promise<void> {
    try {
      if (!(await this.#register(offered))) fail('not_permitted', 'The network of this session is closed. Nothing is offered.')
    } catch (thrown) {
      this.#withdraw(offered)
      throw thrown
    }
  }

  #withdraw(offered: Offered): void {
    for (const one of offered.registered) one.unregister()
    offered.registered = []
    const { name } = offered.program
    if (this.#offered.get(name) === offered) this.#offered.delete(name)
  }

  /** What a program says of itself leaves the session as its answers do. @returns false: the network of its session is closed */
  async #register(offered: Offered): Promise<boolean> {
    const joined = this.#joined
    const { program, answers } = offered
    const { name, session } = program
    const clean = await this.#options.secretsOut(session)
    if (await answers.isClosed()) return false
    const functions = toldOf(program, clean)
    // Taken back meanwhile, or the connection is another: that one's join registers it.
    if (joined === undefined || this.#joined !== joined || this.#offered.get(name) !== offered) return true
    const { connection, own } = joined
    offered.registered = functions.map(({ name: called, ...about }) =>
      connection.registerFunction(`${own}${name}::${called}`, (data, call) => this.#called(offered, called, { data, call }), about),
    )
    return true
  }

  async #called(
    { program, answers }: Offered,
    name: string,
    { data, call }: { readonly data: Json | undefined; readonly call: IncomingCall },
  ): Promise<Json> {
    const { calls, now, nameOf, secretsOut } = this.#options
    const { session } = program
    const id = `${program.name}::${name}`
    const ended = await calls.begin({ at: now(), by: await nameOf(call.caller), function: id, session })
    const n = ++this.#last
    const cancel = (): void => answers.cancel(n)
    call.signal.addEventListener('abort', cancel, { once: true })
    try {
      if (call.signal.aborted) fail('aborted', 'Nobody waits for that call any more; the program was not called.')
      const answer = await answers.call(n, name, data ?? {})
      const clean = (await secretsOut(session))(answer)
      await ended({ outcome: 'done' })
      return clean
    } catch (thrown) {
      const { code, message: said } = failureOf(thrown)
      const message = await this.#whyOf(session, said)
      await ended({ outcome: 'failed', why: message })
      throw new CallError(id, { code, message })
    } finally {
      call.signal.removeEventListener('abort', cancel)
    }
  }

  /** Looked through whole and then cut, so that no half of a secret is left. */
  async #whyOf(session: SandboxProgram['session'], said: string): Promise<string> {
    const clean = await this.#options.secretsOut(session).catch(() => undefined)
    return clean === undefined ? 'It failed, and why cannot be told: its secrets cannot be read.' : plainWords(clean(said), MOST_WORDS)
  }
}

/** @throws FailureError where a name holds a secret: without it, it would be another name */
function toldOf({ name, functions }: SandboxProgram, clean: <T>(value: T) => T): readonly ProgramFunction[] {
  for (const one of [name, ...functions.map((each) => each.name)])
    if (clean(one) !== one) fail('bad_input', 'A name holds a secret of the session. Nothing is offered.')
  return functions.map((one) => {
    const cleaned = clean(one)
    return { ...cleaned, description: plainWords(cleaned.description, MOST_WORDS) }
  })
}
