import { fail, failureOf, type Json, type SandboxProgram } from '@tabwright/protocol'
import { CallError, type IncomingCall, type Registered } from '@tabwright/relay-client/worker'
import type { Discovering } from './found-functions'
import type { CallList } from './membership-record'

/** The side that reaches the program. */
export interface ProgramAnswers {
  /** @throws FailureError with what went wrong there */
  call(n: number, name: string, input: Json): Promise<Json>
  /** Nobody waits for that call any more. */
  cancel(n: number): void
}

/** What offering programs takes from outside. */
export interface OfferedOptions {
  readonly calls: CallList
  readonly now: () => number
  /** What a caller calls itself. */
  readonly nameOf: (caller: string | undefined) => Promise<string>
  /** Takes secrets of the session out of what leaves it. */
  readonly secretsOut: (session: SandboxProgram['session']) => Promise<(value: Json) => Json>
}

interface Offered {
  readonly program: SandboxProgram
  readonly answers: ProgramAnswers
  registered: readonly Registered[]
}

const MOST_PROGRAMS = 8

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
    for (const one of this.#offered.values()) this.#register(one)
  }

  /** The connection that they were registered with is gone. */
  leave(): void {
    this.#joined = undefined
    for (const one of this.#offered.values()) one.registered = []
  }

  /**
   * Offers what the program has. The same name of the same session takes the place of what it offered before.
   * @returns under which names, and what takes them back
   * @throws FailureError where nothing is offered
   */
  offer(program: SandboxProgram, answers: ProgramAnswers): { readonly ids: readonly string[]; readonly withdraw: () => void } {
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
    this.#register(offered)
    return { ids: functions.map((one) => `${own}${name}::${one.name}`), withdraw: () => this.#withdraw(offered) }
  }

  #withdraw(offered: Offered): void {
    for (const one of offered.registered) one.unregister()
    offered.registered = []
    const { name } = offered.program
    if (this.#offered.get(name) === offered) this.#offered.delete(name)
  }

  #register(offered: Offered): void {
    if (this.#joined === undefined) return
    const { connection, own } = this.#joined
    const { name, functions } = offered.program
    offered.registered = functions.map(({ name: called, ...about }) =>
      connection.registerFunction(`${own}${name}::${called}`, (data, call) => this.#called(offered, called, { data, call }), about),
    )
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
      const answer = await answers.call(n, name, data ?? {})
      const clean = (await secretsOut(session))(answer)
      await ended({ outcome: 'done' })
      return clean
    } catch (thrown) {
      const { code, message } = failureOf(thrown)
      await ended({ outcome: 'failed', why: message })
      throw new CallError(id, { code, message })
    } finally {
      call.signal.removeEventListener('abort', cancel)
    }
  }
}
