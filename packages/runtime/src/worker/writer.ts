import { handsName, type Claim, type Failure, type NetworkFetch, type SessionEvent, type WorkspaceDelta } from '@tabwright/protocol'
import { createCommands, type Commands } from '../core/commands'
import { createDriver, type Driver } from '../core/driver'
import { hiddenBy } from '../core/history/branch'
import type { History } from '../core/history/history'
import { createRestorer, type Restorer } from '../core/history/restore'
import { placeOf, type Place, type Places } from '../core/places'
import { openJournal, type Journal } from '../core/journal'
import { loopFault } from '../core/loop-fault'
import type { Ports } from '../core/ports'
import { createRegistry } from '../core/registry'
import { reviewsAfter, type Reviews } from '../core/reviews'
import { REVIEWS_FOLD } from '../core/saved-folds'
import { createSpans } from '../core/spans'
import { createSnapshotter, foldSession, type Snapshotter } from '../core/snapshot'
import type { Tool } from '../core/tool'
import type { SessionStore } from '../io/session-store'
import type { TerminalTexts } from '../io/terminal-idb'
import { TOOLS } from '../tools'
import type { AgentKeyboard } from './agent-keyboard'
import { openAllPorts, type AllPortsOptions } from './all-ports'
import { composePorts, type Parts } from './compose'
import { containerPlace } from './container-place'
import { directoryPlaces } from './directory-places'
import type { Feed } from './feed'
import { watchInbox } from './inbox-watch'
import { liveSender, type LiveChannel, type LiveSender } from './live-channel'
import { feedPast } from './past'
import { createPathFeed } from './path-feed'
import { createPersonTerminal, type PersonTerminal, type PersonTerminalOptions } from './person-terminal'
import type { PortsDesk } from './ports-desk'
import { SandboxPrograms } from './relay/sandbox-programs'
import { createReviewList } from './review-list'
import { createTerminal, type Terminal, type TerminalOptions } from './terminal'
import type { Timers } from './timers'
import { queuedIn } from './queued'

/** A session that this tab writes: the loop, the person's commands, the terminal, and what the page is told of them. */
export interface Writer {
  readonly driver: Driver
  readonly commands: Commands
  readonly person: PersonTerminal
  /** The agent's shell, for a person who takes it over. */
  readonly agent: AgentKeyboard
  readonly restorer: Restorer
  /** Programs that listen in the sandbox. */
  readonly ports: PortsDesk
  readonly reviews: () => Reviews
  readonly parts: Parts
  /** Looks again after a pause: the person says that there is room, or that it is worth a try. */
  goOn(): void
  /** The inbox changed. */
  queueChanged(): Promise<void>
  close(): void
}

export interface WriterOptions {
  readonly parts: Omit<Parts, 'live' | 'shell'>
  /** Made in front of the look at the files: who claims after it has newer ones, and refuses this writer. Omitted: made here. */
  readonly claim?: Claim
  readonly terminals: TerminalTexts
  readonly feed: Feed
  readonly history: History
  /** Tells the session's other tabs what streams. */
  readonly channel: LiveChannel
  /** Default: the platform's. */
  readonly timers?: Timers | undefined
  /** Default: the built-in ones. */
  readonly tools?: readonly Tool[] | undefined
  readonly halted: (failure: Failure) => void
}

/** Becomes the session's writer, resumes what a crash left open, and goes on. @throws FailureError when the log cannot be read or claimed */
export async function openWriter(options: WriterOptions): Promise<Writer> {
  const { feed, halted, timers, tools = TOOLS } = options
  const sender = liveSender(options.channel, timers)
  const keep = (delta: WorkspaceDelta): Promise<readonly string[]> => commands.keep(delta)
  const busy = busyShells(feed)
  const fetch = (): NetworkFetch => driver.egress.of(undefined)
  const place = (): Place | undefined => placeOf(parts, journal.state.hands)
  const terminal = agentTerminal(options, sender, { keep, fetch, busy: busy('agent'), place: () => place()?.name })
  const person = personTerminal(options, sender, { turns: terminal.turns, keep, fetch, busy: busy('person') })
  const served = portsOf(options, { turns: terminal.turns, keep, state: () => journal.state })
  const programs = sandboxPrograms(options.parts, () => journal.state.taint.isClosed)
  const parts: Parts = {
    ...options.parts,
    ...(programs && { functions: programs }),
    ...placesOf(options.parts, terminal),
    live: (update) => (feed.live(update), sender.live(update)),
  }
  const ports = composePorts(parts)
  let isOpen = true
  const opened = await readPast({ ...options, store: options.parts.store, ports }, () => isOpen)
  const { journal } = opened
  const view = createView({ ...opened, ports, feed, sender, timers, isOpen: () => isOpen })
  await view.showChanges()
  // A turn that its last writer left open goes on from here.
  if (journal.state.turn) feed.role({ type: 'recovering' })

  const driver = createDriver({ ports, journal, registry: createRegistry(tools, ports.functions, place), halted })
  const commands = createCommands({ ports, journal, driver })
  const close = view.follow()
  const untold = tellOf(journal, options.parts, terminal)
  await view.queueChanged()
  const inbox = watchInbox({ ports, store: options.parts.store, journal, driver, commands, timers }, view.queueChanged, (error) => {
    if (isOpen) halted(loopFault(error))
  })
  return {
    driver,
    commands,
    person,
    agent: terminal.keyboard,
    ports: served,
    restorer: createRestorer({ ports, journal, history: options.history }),
    parts,
    goOn: () => {
      feed.role({ type: 'writer' })
      driver.wake()
    },
    queueChanged: view.queueChanged,
    reviews: view.reviews,
    close: () => {
      isOpen = false
      programs?.close()
      inbox.close()
      person.close()
      served.close()
      terminal.keyboard.giveBack()
      sender.close()
      driver.close()
      close()
      untold()
    },
  }
}

/** Only where there is a relay to offer them on, and a place whose programs can listen. */
function sandboxPrograms(
  { session, hands, functions, offering }: WriterOptions['parts'],
  isClosed: () => boolean,
): SandboxPrograms | undefined {
  return functions && offering && hands.ports ? new SandboxPrograms({ session, hands, functions, offering, isClosed }) : undefined
}

/** Programs that listen, of the sandbox and of WebContainers. */
function portsOf({ parts, feed }: WriterOptions, kept: Pick<AllPortsOptions, 'turns' | 'keep' | 'state'>): PortsDesk {
  return openAllPorts({ ...parts, ...kept, told: feed.ports, again: feed.writtenAgain })
}

/** Where commands run; all of them show in the agent's terminal. */
function placesOf(
  { directories, webcontainers, workspace }: WriterOptions['parts'],
  { hands, turns, echoed }: Terminal,
): Pick<Parts, 'hands' | 'shell' | 'places'> {
  const remote = directories && directoryPlaces({ calls: directories, workspace, echoed })
  const container = webcontainers && containerPlace(webcontainers, echoed)
  const places: Places = { at: (chosen) => (chosen.type === 'webcontainers' ? container : remote?.at(chosen)) }
  return { hands, shell: turns, places }
}

/** Tells what is written to others than the page. */
function tellOf(journal: Journal, parts: WriterOptions['parts'], { moved }: Terminal): () => void {
  const untold = tellSpans(journal, parts)
  const still = journal.watch((events) => {
    for (const event of events) if (event.type === 'hands.chosen') moved(handsName(event.data.hands))
  })
  return () => {
    untold()
    still()
  }
}

function tellSpans(journal: Journal, { spans: tell, session, hash }: WriterOptions['parts']): () => void {
  if (tell === undefined) return () => undefined
  const spans = createSpans({ session, hash })
  return journal.watch((events) => {
    const ended = spans.add(events)
    if (ended.length > 0) tell(ended)
  })
}

/** Tells the page whether a person's command runs, in their own shell or in the agent's. */
function busyShells(feed: Feed): (shell: 'agent' | 'person') => (isBusy: boolean) => void {
  const running = new Set<'agent' | 'person'>()
  return (shell) => (isBusy) => {
    if (isBusy) running.add(shell)
    else running.delete(shell)
    feed.terminalBusy(running.size > 0)
  }
}

function agentTerminal(
  { parts, terminals, feed }: WriterOptions,
  sender: LiveSender,
  over: Pick<TerminalOptions, 'keep' | 'busy' | 'fetch' | 'place'>,
): Terminal {
  const show = (text: string): void => {
    feed.agentTerminal(text)
    sender.agentTerminal(text)
  }
  const { session, hands, workspace } = parts
  return createTerminal({ session, hands, workspace, store: terminals.agent, show, ...over })
}

function personTerminal(
  { parts, terminals, feed }: WriterOptions,
  sender: LiveSender,
  over: Pick<PersonTerminalOptions, 'turns' | 'keep' | 'fetch' | 'busy'>,
): PersonTerminal {
  const { session, hands, workspace } = parts
  const show = (text: string): void => {
    feed.terminal(text)
    sender.terminal(text)
  }
  return createPersonTerminal({
    session,
    hands,
    workspace,
    shown: terminals.person,
    typed: terminals.typed,
    show,
    ...over,
  })
}

interface Viewed extends Past {
  readonly ports: Ports
  readonly feed: Feed
  readonly sender: LiveSender
  readonly timers: Timers | undefined
  readonly isOpen: () => boolean
}

/** What the page and the session's other tabs are told of what this tab writes. */
interface View {
  readonly reviews: () => Reviews
  showChanges(): Promise<void>
  queueChanged(): Promise<void>
  /** From now on everything that is written is shown. Returns its end. */
  follow(): () => void
}

function createView({ journal, reviews: saved, ports, feed, sender, timers, isOpen }: Viewed): View {
  const listReviews = createReviewList(ports.workspace)
  let { state: reviews } = saved
  const failed = (error: unknown): void => reportError(error)
  const showChanges = async (): Promise<void> => {
    const shown = reviews
    const list = await listReviews(shown)
    // A newer list is on its way, or another tab's.
    if (isOpen() && shown === reviews) feed.changes(list)
  }
  const queueChanged = async (): Promise<void> => {
    const rows = await ports.log.readInbox(ports.session)
    if (isOpen()) feed.queue(queuedIn(rows))
  }
  const facts = createPathFeed({
    log: ports.log,
    session: ports.session,
    feed,
    rewinds: () => journal.rewinds,
    isOpen,
    anew: () => void Promise.all([showChanges(), queueChanged()]).catch(failed),
    failed,
    timers,
  })
  const written = (events: readonly SessionEvent[]): void => {
    facts.add(events)
    sender.facts(events)
    const before = reviews
    reviews = reviewsAfter(before, events)
    const newest = events.at(-1)
    if (newest) saved.snapshots.reached(reviews, newest)
    if (reviews !== before) showChanges().catch(failed)
    if (events.some((event) => event.type === 'message.user')) queueChanged().catch(failed)
  }
  return {
    reviews: () => reviews,
    showChanges,
    queueChanged,
    follow: () => {
      sender.begin(journal.state.head)
      const ends = [journal.watch(written), ports.workspace.watch(feed.paths)]
      return () => {
        for (const end of ends) end()
      }
    },
  }
}

interface Past {
  readonly journal: Journal
  readonly reviews: SavedReviews
}

/** Claims the session and feeds its newest facts; the rest follows while it works. */
async function readPast(
  { store, ports, feed, halted, claim }: Pick<WriterOptions, 'feed' | 'halted' | 'claim'> & { store: SessionStore; ports: Ports },
  isOpen: () => boolean,
): Promise<Past> {
  const journal = await openJournal(ports, undefined, claim)
  const { state, from, last } = await foldSession(ports, REVIEWS_FOLD, { rewinds: [] })
  const snapshots = createSnapshotter(ports, REVIEWS_FOLD, from)
  if (last) snapshots.reached(state, last)
  if (journal.rewinds.length > 0) feed.reset(hiddenBy(journal.rewinds))
  const { whole } = await feedPast({ log: ports.log, session: ports.session, head: journal.state.head, feed, isOpen })
  // What was sealed long ago was read by the digest of its chunk; each fact is looked at when nobody waits for it.
  whole
    .then(() => store.check(ports.session))
    .catch((error: unknown) => {
      if (isOpen()) halted(loopFault(error))
    })
  return { journal, reviews: { state, snapshots } }
}

interface SavedReviews {
  readonly state: Reviews
  readonly snapshots: Snapshotter<Reviews>
}
