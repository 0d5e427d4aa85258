import { FailureError, type Digest, type Failure, type InboxMessage } from '@tabwright/protocol'
import { identityOf } from './outside'
import { openTab, stepAside, type Tab, type Writing } from './tab'
import type { World } from './world'

const MAX_ROUNDS = 60
const MAX_RETRIES = 6

type CallRecord = Writing['journal']['state']['calls'][number]

/**
 * Somebody in front of the screen. Sends again only what was not acknowledged and cannot be seen, answers cards as they
 * are shown, opens a new tab when one died, makes room when told that there is none.
 */
export class Person {
  readonly world: World
  #tab: Tab | undefined
  #opened = 0
  #retries = 0

  constructor(world: World) {
    this.world = world
  }

  /** The tab in use: a new one when the last died, was reloaded after it failed, or is frozen (then the session is taken over). */
  async tab(): Promise<Tab> {
    for (let tries = 0; tries < MAX_ROUNDS; tries++) {
      const tab = this.#usable() ?? this.open()
      await this.world.schedule.until(() => tab.role !== 'opening' || tab.life.state !== 'live')
      if (tab.life.state === 'live' && tab.role === 'writer') return tab
      if (tab.role === 'failed' && tab.life.state === 'live') this.#reload(tab)
      else if (tab.role === 'follower') this.takeOver()
    }
    throw new Error('no tab opens')
  }

  /** Another life of a tab; the last one goes on unless it is closed. */
  open(steal = this.#tab?.life.state === 'frozen'): Tab {
    this.#opened++
    this.#tab = openTab(this.world, `tab${this.#opened}`, steal)
    return this.#tab
  }

  /** Takes the session over in a new tab, whatever the old one does. The old one hears of it, late or never. */
  takeOver(): Tab {
    const old = this.#tab
    const tab = this.open(true)
    if (old && old.life.state !== 'dead') {
      this.world.reached('taken over')
      void this.world.schedule.turn(old.life, 'hint.stolen', () => stepAside(this.world, old))
    }
    return tab
  }

  /** Closes the tab: as a kill, but on purpose. */
  close(): void {
    if (this.#tab) this.world.schedule.kill(this.#tab.life)
  }

  /** Sends until it was acknowledged or can be seen. */
  async say(text: string): Promise<void> {
    this.world.written.push(text)
    for (let tries = 0; tries < MAX_ROUNDS; tries++) {
      const tab = await this.tab()
      const sent = await this.#try(tab, (writing) => writing.commands.send(text))
      if (sent === 'done' || this.#sees(text)) return void this.world.acknowledged.push(text)
      this.#help(tab)
    }
    throw new Error('a message cannot be sent')
  }

  /** A second tab that looks on. */
  follow(): Tab {
    this.#opened++
    return openTab(this.world, `tab${this.#opened}`)
  }

  /** From a tab that only follows: by way of the inbox. */
  async post(tab: Tab, message: InboxMessage): Promise<boolean> {
    return (await raced(tab, tab.store.post(this.world.disk.session, message))) === 'done'
  }

  /** Something asked of the store itself, as the page does for what waits in the queue. */
  async ask(tab: Tab, what: () => Promise<unknown>): Promise<boolean> {
    return isLive(tab) && (await raced(tab, what())) === 'done'
  }

  /** Waits for something to be seen in the tab in use, answering what is asked on the way. A tab that died or came to rest is enough. */
  async when(seen: (writing: Writing) => boolean): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const tab = await this.tab()
      const isSeen = (): boolean => tab.writing !== undefined && seen(tab.writing)
      await this.world.schedule.until(() => !tab.writing || !isLive(tab) || tab.halted !== undefined || isSeen() || this.#isQuiet(tab))
      if (isSeen() || !isLive(tab) || !tab.writing || tab.halted) return
      if (!(await this.#answer(tab, tab.writing))) return
    }
  }

  /** Does something as soon as something happened, while the story goes on. */
  meanwhile(happened: (world: World) => boolean, then: () => void): void {
    const { world } = this
    const act = (): void => {
      if (!world.over) then()
    }
    void world.schedule.until(() => happened(world)).then(act)
  }

  /** Something done once, where it is possible. What it throws is shown and left. */
  async act(what: (writing: Writing) => Promise<unknown>): Promise<void> {
    await this.#try(await this.tab(), what)
  }

  /** Answers whatever is asked until the session rests. */
  async settle(): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const tab = await this.tab()
      await this.world.schedule.until(() => !isLive(tab) || tab.role !== 'writer' || tab.halted !== undefined || this.#isQuiet(tab))
      if (tab.halted?.code === 'unexpected') return
      if (!isLive(tab) || !tab.writing) continue
      if (tab.halted) this.#help(tab)
      else if (!(await this.#answer(tab, tab.writing)) && this.#isQuiet(tab)) return
    }
    this.world.schedule.problem('[INV-12] the session does not come to rest')
  }

  /** True: something was to be done. */
  async #answer(tab: Tab, writing: Writing): Promise<boolean> {
    const { state } = writing.journal
    const asked = state.calls.find((call) => !state.request && call.judged?.verdict.type === 'ask' && !call.decided && !call.ended)
    if (asked?.judged) {
      await this.#decide(tab, asked)
      return true
    }
    const lost = state.calls.find(isLost)
    if (lost?.judged) {
      await this.#resolve(tab, lost.content.id, lost.judged.digest)
      return true
    }
    if (state.turn || state.stopped?.stop !== 'failed' || this.#retries >= MAX_RETRIES) return false
    this.#retries++
    await this.#try(tab, ({ driver }) => driver.retry())
    return true
  }

  async #decide(tab: Tab, { content, judged }: CallRecord): Promise<void> {
    if (!judged) return
    const { digest } = judged
    const { answer, note } = this.world.scenario.card?.({ name: content.name, input: content.input, digest }) ?? { answer: 'once' }
    const spec = tab.tools.find((tool) => tool.spec.name === content.name)?.spec
    this.world.clicks.push({ call: content.id, digest, answer, identity: spec ? identityOf(spec) : '' })
    await this.#try(tab, ({ commands }) => commands.decide({ call: content.id, digest, answer, ...(note !== undefined && { note }) }))
  }

  async #resolve(tab: Tab, call: CallRecord['content']['id'], digest: Digest): Promise<void> {
    const choice = this.world.scenario.unknown ?? 'skip'
    this.world.reached(`unknown resolved as ${choice}`)
    await this.#try(tab, ({ commands }) => commands.resolve({ call, digest, choice }))
  }

  /** What the page offers when the session stands still. */
  #help(tab: Tab): void {
    this.world.disk.fill(false)
    if (!tab.halted) return
    tab.halted = undefined
    tab.writing?.driver.wake()
  }

  #try(tab: Tab, what: (writing: Writing) => Promise<unknown>): Promise<'done' | 'refused' | 'dead'> {
    return tab.writing ? raced(tab, what(tab.writing)) : Promise.resolve('refused')
  }

  /** In the conversation or in the queue. */
  #sees(text: string): boolean {
    return occurrences(this.world, text) > 0
  }

  #usable(): Tab | undefined {
    return this.#tab && this.#tab.life.state === 'live' ? this.#tab : undefined
  }

  #reload(tab: Tab): void {
    this.world.disk.fill(false)
    this.world.schedule.kill(tab.life)
  }

  /** Nothing of this tab is under way. */
  #isQuiet(tab: Tab): boolean {
    return tab.role === 'writer' && !this.world.schedule.waiting(tab.life)
  }
}

function isLive(tab: Tab): boolean {
  return tab.life.state === 'live'
}

function isLost(call: CallRecord): boolean {
  return call.lost === true && call.resolved === undefined && !call.ended
}

/** What came of it, as the page can tell; a tab that dies takes the answer with it. */
async function raced(tab: Tab, action: Promise<unknown>): Promise<'done' | 'refused' | 'dead'> {
  const outcome = action.then(
    () => 'done' as const,
    (error: unknown) => {
      if (!(error instanceof FailureError)) throw error
      noteFailure(tab, error.failure)
      return 'refused' as const
    },
  )
  return Promise.race([outcome, tab.life.died.then(() => 'dead' as const)])
}

function noteFailure(tab: Tab, failure: Failure): void {
  if (failure.code === 'storage_full' || failure.code === 'storage_off') tab.halted ??= failure
}

/** How often a message is there: said in the conversation, or waiting in the queue. */
export function occurrences(world: World, text: string): number {
  const { events, inbox } = world.disk.rows
  const said = events.filter(
    (event) => event.type === 'message.user' && event.data.content.some((part) => part.type === 'text' && part.text === text),
  )
  return said.length + [...inbox.values()].filter(({ message }) => message.type === 'message' && message.text === text).length
}
