import type { Remote } from 'comlink'
import { fail, failureOf, type Failure, type Workspace } from '@tabwright/protocol'
import type { PageHost, SessionWorker, WorkerOptions } from '../client/worker-api'
import { createFeed, type Feed } from './feed'
import { follow } from './follower'
import { openPlatform, type Platform } from './platform'
import { changeTexts, fileText, openWriter, type Writer } from './writer'

interface Open {
  readonly platform: Platform
  readonly feed: Feed
  workspace: Workspace
  writer: Writer | undefined
  unfollow: (() => void) | undefined
}

/** What the page talks to: one session, as its writer or as a follower of another tab. Commands wait until it is open. */
export function createSessionWorker(): SessionWorker {
  let opening: Promise<Open> | undefined
  const opened = (): Promise<Open> => opening ?? fail('unexpected', 'The session was not opened.')
  const writer = async (): Promise<Writer> =>
    (await opened()).writer ?? fail('not_permitted', 'Another tab has this session; take it over to change it here.')
  return {
    open: async (options, host, batches) => {
      opening = openSession(options, host, createFeed(batches))
      await opening
    },
    takeOver: async () => {
      const session = await opened()
      await session.platform.lock.steal()
      session.unfollow?.()
      session.unfollow = undefined
      session.feed.reset()
      await write(session)
    },
    send: async (text) => {
      const { commands, queueChanged } = await writer()
      await commands.send(text)
      await queueChanged()
    },
    withdraw: async (n) => {
      const { platform } = await opened()
      const gone = await platform.store.withdraw(platform.session, n)
      await (await writer()).queueChanged()
      return gone
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
    readChange: async (path) => changeTexts(await writer(), path),
    terminalHistory: async () => (await opened()).platform.terminalStore.read(),
    terminalRun: async (command) => (await writer()).terminal.run(command),
    terminalInterrupt: async () => (await writer()).terminal.interrupt(),
    terminalCwd: async () => (await opened()).writer?.terminal.cwd() ?? '/workspace',
    setModel: async (model, access) => (await opened()).platform.setModel(model, access),
  }
}

async function openSession(options: WorkerOptions, host: Remote<PageHost>, feed: Feed): Promise<Open> {
  const platform = await openPlatform(options, host)
  const open: Open = { platform, feed, workspace: await platform.openWorkspace(), writer: undefined, unfollow: undefined }
  if (await platform.lock.tryAcquire()) await write(open)
  else await followOther(open)
  return open
}

async function write(open: Open): Promise<void> {
  const { platform, feed } = open
  const stopped = (failure: Failure): void => {
    if (failure.code === 'fenced') yieldTo(open)
    else feed.role({ type: 'paused', failure })
  }
  // Read anew: another tab may have written since this one looked.
  open.workspace = await platform.openWorkspace()
  const writer = await openWriter({
    parts: platform.parts(open.workspace),
    terminalStore: platform.terminalStore,
    feed,
    halted: stopped,
  })
  open.writer = writer
  platform.lock.onLost(() => yieldTo(open))
  feed.role({ type: 'writer' })
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
  open.unfollow = await follow(open.platform.store, open.platform.session, open.feed)
  open.feed.role({ type: 'follower' })
}
