import { fail, failureOf, type Failure, type Workspace } from '@tabwright/protocol'
import type { SessionWorker } from '../client/worker-api'
import type { Reviews } from '../core/reviews'
import { windowOf } from '../core/window'
import { createFeed, type Feed } from './feed'
import { follow, type Following } from './follower'
import { movedPaths } from './moved-paths'
import { feedReadable, isOnlyReadable } from './past'
import { openPlatform, type Platform } from './platform'
import { readProgress } from './session-progress'
import { changeTexts, fileText, openWriter, type Writer } from './writer'

interface Open {
  readonly platform: Platform
  readonly feed: Feed
  workspace: Workspace
  writer: Writer | undefined
  following: Following | undefined
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
  return {
    open: async (options, host, batches) => {
      const feed = createFeed(batches)
      opening = start(options, host).then((platform) => openSession(platform, feed))
      await opening
    },
    takeOver: async () => {
      const session = await opened()
      if (session.writer) return
      await session.platform.lock.steal()
      session.following?.stop()
      session.following = undefined
      session.feed.reset()
      await write(session).catch(async (error: unknown) => {
        session.platform.lock.release()
        await followOther(session)
        throw error
      })
    },
    send: async (text) => {
      const { commands, queueChanged } = await writer()
      await commands.send(text)
      await queueChanged()
    },
    withdraw: async (n) => {
      const { parts, queueChanged } = await writer()
      const gone = await parts.store.withdraw(parts.session, n)
      await queueChanged()
      return gone
    },
    compact: async (instructions) => {
      const { writer, platform } = await opened()
      if (writer) await writer.commands.compact(instructions)
      else await platform.store.post(platform.session, { type: 'compact', ...(instructions !== undefined && { instructions }) })
    },
    stop: async () => (await writer()).driver.stop(),
    retryNow: async () => {
      const session = await opened()
      const { driver } = await writer()
      session.feed.role({ type: 'writer' })
      driver.wake()
      await driver.retry()
    },
    decide: async (answer) => (await writer()).commands.decide(answer),
    review: async (shown, decision) => {
      const { commands, reviews } = await writer()
      await commands.review(reviews, shown, decision)
    },
    listFiles: async () => (await opened()).workspace.list(),
    readFile: async (path) => fileText(await opened(), path),
    saveFile: async (path, text, base) => (await writer()).commands.save(path, text, base),
    readChange: async (path) => changeTexts(sidesOf(await opened()), path),
    progress: async () => {
      const { store, session } = (await opened()).platform
      return readProgress(store, session)
    },
    terminalHistory: async () => (await opened()).platform.terminalStore.read(),
    terminalRun: async (command) => (await writer()).terminal.run(command),
    terminalInterrupt: async () => (await writer()).terminal.interrupt(),
    terminalCwd: async () => (await opened()).writer?.terminal.cwd() ?? '/workspace',
    setModel: async (model, access) => {
      const { platform, feed } = await opened()
      await platform.setModel(model, access)
      feed.window(windowOf(model))
    },
  }
}

/** What both roles know of the changes that wait. */
function sidesOf({ workspace, writer, following, readable }: Open): Parameters<typeof changeTexts>[0] {
  const reviews = writer?.reviews ?? following?.reviews ?? readable ?? fail('unavailable', 'The session is being read; try again in a moment.')
  return { workspace, reviews }
}

async function openSession(platform: Platform, feed: Feed): Promise<Open> {
  const open: Open = { platform, feed, workspace: await platform.openWorkspace(), writer: undefined, following: undefined }
  feed.window(windowOf(platform.info()))
  platform.lock.onLost(() => yieldTo(open))
  platform.onOutdated((failure) => endWriting(open, failure))
  if (await platform.lock.tryAcquire()) await write(open)
  else await followOther(open)
  return open
}

async function write(open: Open): Promise<void> {
  const { platform, feed } = open
  const stopped = (failure: Failure): void => {
    if (failure.code === 'fenced') yieldTo(open)
    else if (isOnlyReadable(failure)) endWriting(open, failure)
    else feed.role({ type: 'paused', failure })
  }
  // Read anew: another tab may have written since this one looked.
  const workspace = await platform.openWorkspace()
  feed.paths(movedPaths(open.workspace, workspace))
  open.workspace = workspace
  try {
    open.writer = await openWriter({ parts: platform.parts(workspace), terminalStore: platform.terminalStore, feed, halted: stopped })
    feed.role({ type: 'writer' })
  } catch (error) {
    const failure = failureOf(error)
    if (!isOnlyReadable(failure)) throw error
    await showReadable(open, failure)
  }
}

/** The log cannot be written on: what can be read of it is shown, nothing is cut. */
async function showReadable(open: Open, failure: Failure): Promise<void> {
  const { platform, feed } = open
  feed.reset()
  const { reviews } = await feedReadable({ log: platform.store, session: platform.session, feed })
  open.readable = () => reviews
  feed.role({ type: 'readonly', failure })
}

/** Stops before the next effect; what was shown stays on the screen. */
function endWriting(open: Open, failure: Failure): void {
  const { writer, following } = open
  writer?.close()
  following?.stop()
  open.writer = undefined
  if (writer) open.readable = writer.reviews
  // Another build, or a tab after a repair, may write it.
  open.platform.lock.release()
  open.feed.role({ type: 'readonly', failure })
}

/** Another tab took the session: stop before the next effect and show what that tab does. */
function yieldTo(open: Open): void {
  if (!open.writer) return
  open.writer.close()
  open.writer = undefined
  open.feed.reset()
  followOther(open).catch((error: unknown) => open.feed.role({ type: 'failed', failure: failureOf(error) }))
}

async function followOther(open: Open): Promise<void> {
  const { platform, feed, workspace } = open
  const { store, session } = platform
  const replaced = (next: Workspace): void => void (open.workspace = next)
  const following = follow({ store, session, feed, workspace, openWorkspace: () => platform.openWorkspace(), replaced })
  open.following = following
  await following.ready
  // Taken over while the past was read: another role holds.
  if (open.following === following) feed.role({ type: 'follower' })
}
