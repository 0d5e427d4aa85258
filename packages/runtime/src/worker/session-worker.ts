import { fail, failureOf, type Failure, type FileChange, type InboxMessage, type Workspace, type WorkspaceDelta } from '@tabwright/protocol'
import type { SessionWorker } from '../client/worker-api'
import { checkChange, messageOf } from '../core/answers'
import { createHistory, type History } from '../core/history/history'
import type { Reviews } from '../core/reviews'
import { compileExpression } from '../io/expression-re2'
import { hashText } from '../io/hash-noble'
import { windowOf } from '../core/window-meter'
import { TOOLS } from '../tools'
import { changesOf } from '../workspace/diff-lines'
import { changeTexts } from './change-texts'
import { createFeed, type Feed } from './feed'
import { follow, type Following } from './follower'
import { linkedFolder } from './linked-folder'
import { movedPaths } from './moved-paths'
import { feedReadable, isOnlyReadable } from './past'
import { openPlatform, type Platform } from './platform'
import { projectFiles } from './project-files'
import { createReviewList } from './review-list'
import { holdLock } from './hold-lock'
import { hooksDesk, type HooksDesk } from './hooks-view'
import { insightOf } from './session-insight'
import { goodFacts } from './session-progress'
import { utf8 } from './text-utf8'
import { fileProblems } from './file-problems'
import { ownFiles } from './own-files'
import { attachedTo } from './attached-to'
import { contentOfBytes, fileText, rawContent } from './file-text'
import { openWriter, type Writer } from './writer'

interface Open {
  readonly platform: Platform
  readonly feed: Feed
  workspace: Workspace
  readonly history: History
  writer: Writer | undefined
  following: Following | undefined
  /** Another tab took the session while this one was about to write it. */
  isTaken?: boolean
  /** This tab is about to write the session: under way once, whoever asks for it. */
  becoming?: Promise<void> | undefined
  /** Ends the wait for the other tab to let go. */
  waiting?: AbortController
  /** What waits for review in a session that can only be read. */
  readable?: () => Reviews
}

/**
 * What the page talks to: one session, as its writer or as a follower of another tab. Commands wait until it is open.
 * @param start opens the parts of this tab; in tests, parts that need no browser
 */
export function createSessionWorker(start: typeof openPlatform = openPlatform): SessionWorker {
  let opening: Promise<Open> | undefined
  const opened = (): Promise<Open> => opening ?? fail('unexpected', 'The session was not opened.')
  const writer = async (): Promise<Writer> =>
    (await opened()).writer ?? fail('not_permitted', 'Another tab has this session; take it over to change it here.')
  const commands = async (): Promise<Writer['commands']> => (await writer()).commands
  const { importFolder, ...folder } = linkedFolder(opened, commands)
  return {
    open: async (options, host, batches) => {
      opening = start(options, host).then((platform) => openSession(platform, createFeed(batches, platform.timers)))
      await opening
    },
    hold: holdLock,
    takeOver: async () => {
      const session = await opened()
      if (session.writer) return
      if (session.becoming) return session.becoming
      session.waiting?.abort()
      await session.platform.lock.steal()
      await becomeWriter(session)
    },
    ...commandsFor(opened),
    ...reviewing(writer),
    // Before anything is open there is nothing to go on with.
    online: async () => (await opening)?.writer?.driver.online(),
    listFiles: async () => (await opened()).workspace.list(),
    readFile: async (path) => fileText(await opened(), path),
    problems: async (path, text) => fileProblems(await opened(), path, text),
    attachmentsOf: async (message) => attachedTo(await opened(), message),
    readBytes: async (hash) => rawContent(await opened(), hash),
    readContent: async (hash) => contentOfBytes(await (await opened()).workspace.blob(hash), 0),
    saveFile: async (path, text, base) => (await writer()).commands.save(path, text, base),
    ...projectFiles(opened, commands, importFolder),
    ...ownFiles(async () => (await opened()).workspace, commands),
    ...folder,
    readChange: async (path) => changeTexts(sidesOf(await opened()), path),
    ...historyOf(opened, writer),
    ...insightOf(async () => (await opened()).platform),
    ...hooksOf(opened),
    terminalHistory: async (screen) => (await opened()).platform.terminals[screen].read(),
    terminalInput: async (screen, text) => (await writer())[screen].input(text),
    terminalResize: async (screen, size) => (await writer())[screen].resize(size),
    askPort: async (request, rest) => (await writer()).ports.request(request, rest),
    takeOverShell: async () => (await writer()).agent.takeOver(),
    giveShellBack: async () => (await writer()).agent.giveBack(),
    setModel: async (model, access) => {
      const { platform, feed } = await opened()
      await platform.setModel(model, access)
      feed.window(windowOf(model))
    },
  }
}

/** Whoever has this page open may say these: the writer acts on them, another tab leaves them in the inbox. */
type Said = Pick<
  SessionWorker,
  | 'send'
  | 'withdraw'
  | 'changeQueued'
  | 'reorderQueue'
  | 'stop'
  | 'compact'
  | 'retryNow'
  | 'raise'
  | 'decide'
  | 'edit'
  | 'resolve'
  | 'answer'
  | 'setMode'
  | 'setHands'
  | 'setNetwork'
  | 'revokeRule'
>

function commandsFor(opened: () => Promise<Open>): Said {
  const say = async (message: InboxMessage, act: (writer: Writer) => Promise<void>, id?: string): Promise<void> => {
    const open = await opened()
    if (open.readable) fail('not_permitted', 'This session can only be read here. Nothing was changed; fork it to go on from it.')
    try {
      if (open.writer) return await act(open.writer)
    } catch (error) {
      // Put aside between the click and the write: the tab that writes now acts on it.
      if (failureOf(error).code !== 'fenced') throw error
    }
    await open.platform.store.post(open.platform.session, message, id)
    await open.following?.look()
  }
  const queue = async (change: (platform: Platform) => Promise<boolean>): Promise<boolean> => {
    const { platform, writer, following } = await opened()
    const isDone = await change(platform)
    writer?.driver.wake()
    await (writer ? writer.queueChanged() : following?.look())
    return isDone
  }
  return {
    send: async (text, id, more) =>
      say(
        messageOf(text, more),
        async ({ commands, queueChanged }) => {
          await commands.send(text, id, more)
          await queueChanged()
        },
        id,
      ),
    withdraw: (n) => queue(({ store, session }) => store.withdraw(session, n)),
    changeQueued: (n, change) => queue(({ store, session }) => store.amend(session, n, checkChange(change))),
    reorderQueue: (order) => queue(({ store, session }) => store.reorder(session, order)),
    stop: () => say({ type: 'stop' }, ({ driver }) => driver.stop()),
    compact: (instructions) =>
      say({ type: 'compact', ...(instructions !== undefined && { instructions }) }, ({ commands }) => commands.compact(instructions)),
    retryNow: () =>
      say({ type: 'retry' }, async ({ driver, goOn }) => {
        goOn()
        await driver.retry()
      }),
    raise: (raise) => say({ type: 'raise', ...raise }, ({ commands }) => commands.raise(raise)),
    decide: (answer) => say({ type: 'decide', answer }, ({ commands }) => commands.decide(answer)),
    setNetwork: (open) => say({ type: 'network', open }, ({ commands }) => commands.setNetwork(open)),
    revokeRule: (rule) => say({ type: 'revoke', rule }, ({ commands }) => commands.revokeRule(rule)),
    setHands: (hands, automatic) =>
      say({ type: 'hands', hands, ...(automatic !== undefined && { automatic }) }, ({ commands }) =>
        commands.setHands(hands, undefined, automatic),
      ),
    setMode: (mode) => say({ type: 'mode', mode }, ({ commands }) => commands.setMode(mode)),
    edit: (edit) => say({ type: 'edit', edit }, ({ commands }) => commands.edit(edit)),
    answer: (replied) => say({ type: 'answer', ...replied }, ({ commands }) => commands.answer(replied)),
    resolve: (answer) => say({ type: 'resolve', ...answer }, ({ commands }) => commands.resolve(answer)),
  }
}

/** What waits is the writer's to know. */
function reviewing(writer: () => Promise<Writer>): Pick<SessionWorker, 'review' | 'reviewPart' | 'resolvePart' | 'undoRefusal'> {
  return {
    review: async (shown, decision) => {
      const { commands, reviews } = await writer()
      await commands.review(reviews, shown, decision)
    },
    reviewPart: async (part) => {
      const { commands, reviews } = await writer()
      await commands.reviewPart(reviews, part)
    },
    resolvePart: async (part) => {
      const { commands, reviews } = await writer()
      await commands.resolvePart(reviews, part)
    },
    undoRefusal: async (path, refused) => {
      const { commands, reviews } = await writer()
      await commands.undoRefusal(reviews, path, refused)
    },
  }
}

/** Hooks of the project: whoever has the session open may look at them, and say whether they may run. */
function hooksOf(opened: () => Promise<Open>): Pick<SessionWorker, 'hooks' | 'trustHooks' | 'leave'> {
  const desk = async (): Promise<HooksDesk | undefined> => {
    const { platform, workspace } = await opened()
    const reading = { workspace, text: utf8, hash: hashText, expression: compileExpression }
    return platform.hooks && hooksDesk(reading, platform.hooks.trust)
  }
  return {
    hooks: async () => {
      const { store, session } = (await opened()).platform
      return (await desk())?.read(() => goodFacts(store, session)) ?? { type: 'none' }
    },
    trustHooks: async (digest) => (await desk())?.trust(digest),
    leave: async () => (await opened()).writer?.driver.leave(),
  }
}

const SHELL_TOOLS = new Set(TOOLS.filter((tool) => tool.usesShell).map((tool) => tool.spec.name))
const runsCommands = (tool: string): boolean => SHELL_TOOLS.has(tool)

type HistoryCommands = Pick<SessionWorker, 'points' | 'checkpoint' | 'compare' | 'readPoint' | 'planRestore' | 'restore'>

/** The past is for everybody to look at; going back to it is the writer's. */
function historyOf(opened: () => Promise<Open>, writer: () => Promise<Writer>): HistoryCommands {
  return {
    points: async () => (await opened()).history.points(),
    compare: async (from, to) => (await opened()).history.compare(from, to),
    readPoint: async (path, at) => {
      const { history, workspace } = await opened()
      const bytes = await history.read(path, at)
      return bytes && contentOfBytes(bytes, workspace.stat(path)?.version ?? 0)
    },
    planRestore: async (to) => (await opened()).history.plan(to),
    checkpoint: async (name) => (await writer()).restorer.checkpoint(name),
    restore: async (options) => (await writer()).restorer.restore(options),
  }
}

/** What both roles know of the changes that wait. */
function sidesOf({ workspace, writer, following, readable }: Open): Parameters<typeof changeTexts>[0] {
  const reviews =
    writer?.reviews ?? following?.reviews ?? readable ?? fail('unavailable', 'The session is being read; try again in a moment.')
  return { workspace, reviews }
}

async function openSession(platform: Platform, feed: Feed): Promise<Open> {
  const { store, session } = platform
  const describe = (delta: WorkspaceDelta): Promise<readonly FileChange[]> => changesOf(delta, open.workspace)
  const history = createHistory({ session, log: store, workspace: () => open.workspace, describe, runsCommands })
  const open: Open = { platform, feed, workspace: await platform.openWorkspace(), history, writer: undefined, following: undefined }
  feed.window(windowOf(platform.info()))
  platform.lock.onLost(() => yieldTo(open))
  platform.onOutdated((failure) => endWriting(open, failure))
  if (await platform.lock.tryAcquire()) await write(open)
  else await followOther(open)
  return open
}

async function write(open: Open): Promise<void> {
  const { platform, feed } = open
  open.isTaken = false
  let isOpening = true
  let early: Failure | undefined
  const stopped = (failure: Failure): void => {
    // There is nothing to stop yet; it counts as soon as there is.
    if (!open.writer && isOpening) early ??= failure
    else if (failure.code === 'fenced') yieldTo(open)
    else if (isOnlyReadable(failure)) endWriting(open, failure)
    else feed.role({ type: 'paused', failure })
  }
  try {
    // Whoever wrote before is fenced first, then the files are read anew: nothing of theirs can come behind that look.
    const claim = await platform.store.claim(platform.session)
    const workspace = await platform.openWorkspace()
    feed.paths(movedPaths(open.workspace, workspace))
    open.workspace = workspace
    const { history } = open
    open.writer = await openWriter({
      parts: platform.parts(workspace),
      claim,
      terminals: platform.terminals,
      feed,
      history,
      channel: platform.channel,
      timers: platform.timers,
      tools: platform.tools,
      halted: stopped,
    })
    if (open.isTaken) return yieldTo(open)
    feed.role({ type: 'writer' })
    if (early) stopped(early)
  } catch (error) {
    const failure = failureOf(error)
    if (!isOnlyReadable(failure)) throw error
    await showReadable(open, failure)
  } finally {
    isOpening = false
  }
}

/** Goes from showing what another tab does to writing. The lock is this tab's. */
function becomeWriter(open: Open): Promise<void> {
  open.becoming ??= goOver(open).finally(() => (open.becoming = undefined))
  return open.becoming
}

async function goOver(open: Open): Promise<void> {
  open.following?.stop()
  open.following = undefined
  open.feed.reset()
  await write(open).catch(async (error: unknown) => {
    open.platform.lock.release()
    // What the attempt had fed already comes again.
    open.feed.reset()
    // Not to be tried again at once, and for ever.
    await followOther(open, false).catch((second: unknown) => open.feed.role({ type: 'failed', failure: failureOf(second) }))
    throw error
  })
}

/** The log cannot be written on: what can be read of it is shown, nothing is cut. */
async function showReadable(open: Open, failure: Failure): Promise<void> {
  const { platform, feed } = open
  feed.reset()
  const { reviews } = await feedReadable({ log: platform.store, session: platform.session, feed })
  open.readable = () => reviews
  feed.role({ type: 'readonly', failure })
  const list = createReviewList({ blob: (hash) => open.workspace.blob(hash) })
  // A content that was damaged with the log has no lines to count: the conversation is shown all the same.
  feed.changes(await list(reviews).catch(() => []))
}

/** Stops before the next effect; what was shown stays on the screen. */
function endWriting(open: Open, failure: Failure): void {
  const { writer, following } = open
  writer?.close()
  following?.stop()
  open.waiting?.abort()
  open.writer = undefined
  if (writer) open.readable = writer.reviews
  // Another build, or a tab after a repair, may write it.
  open.platform.lock.release()
  open.feed.role({ type: 'readonly', failure })
}

/** Another tab took the session: stop before the next effect and show what that tab does. */
function yieldTo(open: Open): void {
  if (!open.writer) {
    open.isTaken = true
    return
  }
  open.writer.close()
  open.writer = undefined
  open.platform.lock.release()
  open.feed.reset()
  followOther(open).catch((error: unknown) => open.feed.role({ type: 'failed', failure: failureOf(error) }))
}

async function followOther(open: Open, waits = true): Promise<void> {
  const { platform, feed, workspace } = open
  const { store, session } = platform
  const replaced = (next: Workspace): void => void (open.workspace = next)
  const following = follow({
    store,
    session,
    feed,
    workspace,
    openWorkspace: () => platform.openWorkspace(),
    replaced,
    channel: platform.channel,
    timers: platform.timers,
  })
  open.following = following
  await following.ready
  // Taken over while the past was read: another role holds.
  if (open.following !== following) return
  feed.role({ type: 'follower' })
  if (waits) waitForTurn(open).catch((error: unknown) => feed.role({ type: 'failed', failure: failureOf(error) }))
}

/** When the tab that writes is closed or dies, this one goes on. */
async function waitForTurn(open: Open): Promise<void> {
  const waiting = new AbortController()
  open.waiting?.abort()
  open.waiting = waiting
  if (!(await open.platform.lock.wait(waiting.signal))) return
  // Asked for by the person meanwhile.
  if (open.becoming) return open.becoming
  if (open.writer || !open.following) return open.writer ? undefined : open.platform.lock.release()
  await becomeWriter(open)
}
