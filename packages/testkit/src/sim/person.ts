import { FailureError, type InboxMessage } from '@tabwright/protocol'
import type { Desk, Shown, Tab } from './desk'
import { identityOf } from './outside'
import { openTab } from './tab'
import type { World } from './world'

const MAX_ROUNDS = 60
const MAX_RETRIES = 6

/** The session cannot be gone on with: the person is told so, and looks at what is left. */
export class SessionOver extends Error {
  readonly tab: Tab

  constructor(tab: Tab) {
    super(tab.halted?.message ?? 'over')
    this.tab = tab
  }
}

/**
 * Somebody in front of the screen. Sends again only what was not acknowledged and cannot be seen, answers cards as they
 * are shown, opens a new tab when one died, makes room when told that there is none.
 */
export class Person {
  readonly world: World
  #tab: Tab | undefined
  #opened = 0
  #retries = 0
  /** Tabs that could not write something that was asked of them. */
  readonly #refused = new Set<Tab>()

  constructor(world: World) {
    this.world = world
  }

  /** The tab in use: a new one when the last died, was reloaded after it failed, or is frozen (then the session is taken over). */
  async tab(): Promise<Tab> {
    for (let tries = 0; tries < MAX_ROUNDS; tries++) {
      const tab = this.#usable() ?? this.open()
      await this.world.schedule.until(() => tab.role !== 'opening' || tab.life.state !== 'live')
      this.#look(tab)
      if (tab.life.state === 'live' && tab.role === 'writer') return tab
      if (tab.role === 'readonly' && tab.life.state === 'live') this.#reload(tab)
      if (tab.role === 'failed' && tab.life.state === 'live') this.#reload(tab)
      else if (tab.role === 'follower') this.#takeBack(tab)
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
    if (this.#tab && this.#tab.life.state !== 'dead') this.world.reached('taken over')
    return this.open(true)
  }

  /** The session is somebody else's: it is taken in the tab at hand, where a tab can. */
  #takeBack(tab: Tab): void {
    if (this.world.bare) this.takeOver()
    else tab.takeOver()
  }

  /** What the page says is no matter of trying again. */
  #look(tab: Tab): void {
    const { ruined } = this.world
    if (!isLive(tab) || !ruined || !tab.halted) return
    if (tab.halted.code === (ruined.type === 'damaged' ? 'damaged' : 'not_found')) throw new SessionOver(tab)
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
      const sent = await this.#try(tab, (desk) => desk.send(text))
      if (sent === 'done' || this.#sees(text)) return void this.world.acknowledged.push(text)
      this.#help(tab)
      // Not again before the page had time to say what is wrong.
      if (!this.#isStuck(tab)) await this.world.schedule.until(() => !isLive(tab) || tab.role !== 'writer' || this.#isQuiet(tab))
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
    return (await this.#raced(tab, tab.store.post(this.world.disk.session, message))) === 'done'
  }

  /** Something asked of the store itself, as the page does for what waits in the queue. */
  async ask(tab: Tab, what: () => Promise<unknown>): Promise<boolean> {
    return isLive(tab) && (await this.#raced(tab, what())) === 'done'
  }

  /** Waits for something to be seen in the tab in use, answering what is asked on the way. A tab that died or came to rest is enough. */
  async when(seen: (desk: Desk) => boolean): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const tab = await this.tab()
      const isSeen = (): boolean => tab.desk !== undefined && seen(tab.desk)
      await this.world.schedule.until(() => !tab.desk || !isLive(tab) || this.#isStuck(tab) || isSeen() || this.#isQuiet(tab))
      this.#look(tab)
      if (isSeen() || !isLive(tab) || !tab.desk || this.#isStuck(tab)) return
      if (!(await this.#answer(tab, tab.desk))) return
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
  async act(what: (desk: Desk) => Promise<unknown>): Promise<void> {
    await this.#try(await this.tab(), what)
  }

  /** Answers whatever is asked until the session rests. */
  async settle(): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const tab = await this.tab()
      await this.world.schedule.until(() => !isLive(tab) || tab.role !== 'writer' || this.#isStuck(tab) || this.#isQuiet(tab))
      this.#look(tab)
      if (tab.halted?.code === 'unexpected') return
      if (!isLive(tab) || !tab.desk) continue
      if (this.#isStuck(tab)) this.#help(tab)
      else if (!(await this.#answer(tab, tab.desk)) && this.#isQuiet(tab)) return
    }
    this.world.schedule.problem('[INV-12] the session does not come to rest')
  }

  /** True: something was to be done. */
  async #answer(tab: Tab, desk: Desk): Promise<boolean> {
    const card = desk.card()
    if (card) {
      await this.#decide(tab, card)
      return true
    }
    const lost = desk.unknown()
    if (lost) {
      await this.#resolve(tab, lost)
      return true
    }
    if (desk.hasTurn() || !desk.hasFailed() || this.#retries >= MAX_RETRIES) return false
    this.#retries++
    await this.#try(tab, (now) => now.retry())
    return true
  }

  async #decide(tab: Tab, { call, digest, tool, input }: Shown): Promise<void> {
    const { answer, note } = this.world.scenario.card?.({ name: tool, input, digest }) ?? { answer: 'once' }
    const spec = tab.tools.find((one) => one.spec.name === tool)?.spec
    this.world.clicks.push({ call, digest, answer, identity: spec ? identityOf(spec) : '' })
    await this.#try(tab, (desk) => desk.decide({ call, digest, answer, ...(note !== undefined && { note }) }))
  }

  async #resolve(tab: Tab, { call, digest }: Shown): Promise<void> {
    const choice = this.world.scenario.unknown ?? 'skip'
    this.world.reached(`unknown resolved as ${choice}`)
    await this.#try(tab, (desk) => desk.resolve({ call, digest, choice }))
  }

  /** What the page offers when the session stands still. */
  #help(tab: Tab): void {
    this.world.disk.fill(false)
    if (this.#isStuck(tab)) tab.goOn()
    this.#refused.delete(tab)
  }

  #try(tab: Tab, what: (desk: Desk) => Promise<unknown>): Promise<'done' | 'refused' | 'dead'> {
    return tab.desk ? this.#raced(tab, what(tab.desk)) : Promise.resolve('refused')
  }

  /** What came of it, as the page can tell; a tab that dies takes the answer with it. */
  #raced(tab: Tab, action: Promise<unknown>): Promise<'done' | 'refused' | 'dead'> {
    const outcome = action.then(
      () => 'done' as const,
      (error: unknown) => {
        if (!(error instanceof FailureError)) throw error
        const { code } = error.failure
        if (code === 'storage_full' || code === 'storage_off') this.#refused.add(tab)
        return 'refused' as const
      },
    )
    return Promise.race([outcome, tab.life.died.then(() => 'dead' as const)])
  }

  /** It stands still, or it said that something could not be written. */
  #isStuck(tab: Tab): boolean {
    return tab.halted !== undefined || this.#refused.has(tab)
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

/** How often a message is there: said in the conversation, or waiting in the queue. */
export function occurrences(world: World, text: string): number {
  const { events, rows } = world.disk
  const { inbox } = rows
  const said = events.filter(
    (event) => event.type === 'message.user' && event.data.content.some((part) => part.type === 'text' && part.text === text),
  )
  return said.length + [...inbox.values()].filter(({ message }) => message.type === 'message' && message.text === text).length
}
