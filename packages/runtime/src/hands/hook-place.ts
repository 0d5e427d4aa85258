import { failureOf, type Clock, type Hands, type SessionId } from '@tabwright/protocol'
import type { HookEnd, HookJob, HookPlace } from '../core/hooks/hook-ports'
import { openWorkspace } from '../workspace/workspace'

/** Beside the scripts; a handler reads it as its standard input. */
const INPUT = '.hook-input.json'
/** What the sandbox's shell ends with when a command's time is over. */
const TIMED_OUT = 124
/** What a handler prints is an answer, not a log. */
const MOST_SAID = 200_000

interface HookPlaceOptions {
  readonly session: SessionId
  readonly clock: Pick<Clock, 'now'>
  /** A sandbox for hooks alone: in the agent's own a command could change what `node` means. */
  readonly hands: Hands
}

/**
 * Runs handlers with `node` in a sandbox of their own: there is no network and nothing of the project but the hooks' own files, which are as
 * they were trusted at every run, whatever the run before did to them.
 */
export function hookPlace({ session, clock, hands }: HookPlaceOptions): HookPlace {
  return {
    run: async (job) => {
      try {
        return await runIn(hands, session, { ...job, now: () => clock.now() })
      } catch (error) {
        return { type: 'lost', message: failureOf(error).message }
      }
    },
  }
}

async function runIn(
  hands: Hands,
  session: SessionId,
  { files, script, input, timeoutMs, signal, now }: HookJob & { now(): number },
): Promise<HookEnd> {
  const nothing = (): Promise<Uint8Array> => Promise.reject(new Error('nothing is stored here'))
  const draft = openWorkspace({ entries: [], now, loadBlob: nothing }).draft()
  for (const { path, bytes } of files) draft.write(path, bytes)
  draft.write(INPUT, new TextEncoder().encode(input))
  const said = { stdout: '', stderr: '' }
  const output = (stream: 'stdout' | 'stderr', text: string): void => {
    if (said[stream].length < MOST_SAID) said[stream] += text
  }
  const lease = await hands.provision(session, signal)
  const command = `node '${script.replaceAll("'", "'\\''")}' < ${INPUT}`
  const { exitCode } = await hands.execute(lease, 'shell', { command, cwd: '/workspace', timeoutMs }, { signal, files: draft, output })
  return exitCode === TIMED_OUT ? { type: 'timeout' } : { type: 'ended', exitCode, ...said }
}
