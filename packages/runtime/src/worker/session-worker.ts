import { fail, failureOf, type Failure, type Workspace } from '@tabwright/protocol'
import type { PageHost, SessionWorker, WorkerOptions } from '../client/wire-format'
import type { Remote } from '../client/remote'
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

/** What the page talks to: one session, as its writer or as a follower of another tab. */
export function createSessionWorker(): SessionWorker {
  let open: Open | undefined
  const opened = (): Open => open ?? fail('unexpected', 'The session is not open yet.')
  const writer = (): Writer => opened().writer ?? fail('not_permitted', 'Another tab has this session; take it over to change it here.')
  return {
    open: async (options: WorkerOptions, host: PageHost, batches: MessagePort) => {
      const feed = createFeed(batches)
      const platform = await openPlatform(options, host as unknown as Remote<PageHost>)
      open = { platform, feed, workspace: await platform.openWorkspace(), writer: undefined, unfollow: undefined }
      if (await open.platform.lock.tryAcquire()) await write(open)
      else await followOther(open)
    },
    takeOver: async () => {
      const session = opened()
      await session.platform.lock.steal()
      session.unfollow?.()
      session.unfollow = undefined
      session.feed.reset()
      await write(session)
    },
    send: (text) => writer().commands.send(text).then(() => writer().queueChanged()),
    withdraw: async (n) => {
      const { platform } = opened()
      const gone = await platform.store.withdraw(platform.session, n)
      await writer().queueChanged()
      return gone
    },
    stop: () => writer().driver.stop(),
    retryNow: async () => {
      const session = opened()
      const { driver } = writer()
      session.feed.role({ type: 'writer' })
      driver.wake()
      await driver.retry()
    },
    decide: (answer) => writer().commands.decide(answer),
    review: (path, decision) => writer().commands.review(writer().reviews(), path, decision),
    listFiles: async () => opened().workspace.list(),
    readFile: (path) => fileText(opened(), path),
    saveFile: (path, text, base) => writer().commands.save(path, text, base),
    readChange: (path) => changeTexts(writer(), path),
    terminalHistory: () => opened().platform.terminalStore.read(),
    terminalRun: (command) => writer().terminal.run(command),
    terminalInterrupt: async () => writer().terminal.interrupt(),
    terminalCwd: async () => opened().writer?.terminal.cwd() ?? '/workspace',
    setModel: async (model, access) => opened().platform.setModel(model, access),
  }
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
