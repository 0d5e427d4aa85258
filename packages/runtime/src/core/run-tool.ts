import { failureOf, type Clock, type Failure, type LeaseId, type NetworkFetch, type WorkspaceDraft } from '@tabwright/protocol'
import type { AgentDesk } from './agents/desk'
import type { Capability } from './gate/gate'
import type { Ports } from './ports'
import type { GatedTool } from './registry'
import type { CallRecord } from './records'
import { searchWeb } from './search-web'
import type { SessionReader, ToolContext, ToolImage, ToolResult } from './tool'

/** What became of a tool's run. Whatever it threw is in here; it is thrown no further. */
export type Ran = { readonly type: 'result'; readonly result: ToolResult } | { readonly type: 'threw'; readonly failure: Failure }

/** One run of one call. */
export interface ToolRun {
  readonly call: CallRecord
  readonly capability: Capability
  readonly files: WorkspaceDraft
  /** The same for every run of this call, for the other side to know it by. */
  readonly key: string
  readonly seen: Map<string, number>
  readonly signal: AbortSignal
  readonly session: SessionReader
  /** To the network, for this call. */
  readonly fetch: NetworkFetch
  readonly origin: ToolContext['origin']
  readonly agents: AgentDesk
}

/** A tool that was started. */
export interface Started {
  /** How it ended, or that it did not although it was stopped a while ago. Resolves soon after the signal, whatever the tool does. */
  readonly ended: Promise<Ran | 'ignores-stop'>
  /** How it ended after all; may never come. */
  readonly late: Promise<Ran>
  /** Nothing of it runs any more: it ended, or the place where it ran was torn down. */
  readonly gone: Promise<void>
}

/** A tool that hears the signal needs no longer to say so. */
const GRACE_MS = 250
/** Whatever still runs then loses the place that it runs in. */
const KILL_MS = 2_000

/** Starts the tool. Nothing that it throws, and not even that it never ends, gets out of here. */
export function startTool(ports: Ports, tool: GatedTool, run: ToolRun): Started {
  const { clock } = ports
  // The place that the call was judged for, whatever was chosen meanwhile.
  const hands = tool.place?.hands ?? ports.hands
  const { signal } = run
  let lease: LeaseId | undefined
  const context: ToolContext = {
    files: run.files,
    hands,
    lease: async () => (lease = await hands.provision(ports.session, signal)),
    signal,
    text: ports.text,
    expression: ports.expression,
    pages: ports.pages,
    pictures: ports.pictures,
    diagnostics: ports.diagnostics,
    sight: ports.sight,
    seen: run.seen,
    key: run.key,
    session: run.session,
    search: (query) => searchWeb(ports, query, signal),
    fetch: run.fetch,
    origin: run.origin,
    task: (wish) => run.agents.run(run.call.content.id, wish, signal),
    output: (text) => {
      if (!signal.aborted) ports.live({ type: 'output', call: run.call.content.id, text })
    },
  }
  const late = runOnce(tool, run.capability, context)
  const ended = new AbortController()
  let hear = (): void => undefined
  const stopped = new Promise<void>((resolve) => (hear = resolve))
  if (signal.aborted) hear()
  else signal.addEventListener('abort', hear, { once: true })
  const over = late.then(() => {
    // The signal may live as long as the session; what this run holds must not.
    signal.removeEventListener('abort', hear)
    ended.abort()
  })
  const ignored = stopped.then(() => pause(clock, GRACE_MS, ended.signal)).then(() => 'ignores-stop' as const)
  const killed = stopped
    .then(() => pause(clock, KILL_MS, ended.signal))
    .then(async () => {
      if (!ended.signal.aborted && lease !== undefined) await hands.release(lease)
    })
  return { ended: Promise.race([late, ignored]), late, gone: Promise.race([over, killed]) }
}

async function runOnce(tool: GatedTool, capability: Capability, context: ToolContext): Promise<Ran> {
  try {
    const result = await tool.runAdmitted(capability, context)
    return { type: 'result', result: plain(tool, result) }
  } catch (error) {
    return { type: 'threw', failure: failureOf(error) }
  }
}

/** Through JSON, here where whatever it throws is the tool's own failure: no getter and no class gets further. */
function plain(tool: GatedTool, result: ToolResult): ToolResult {
  const { text, from, quotes, images = [] } = result
  if (typeof text !== 'string') throw new TypeError(`${tool.spec.name} gave no text`)
  const { detail, failure, question, bills } = result
  const more: Pick<ToolResult, 'detail' | 'failure' | 'question' | 'bills'> = JSON.parse(
    JSON.stringify({ detail, failure, question, bills }),
  )
  return { text, ...more, ...withImages(images), ...(from && { from: from.map(String) }), ...(quotes === true && { quotes }) }
}

/** Their bytes are copied: whoever made them may go on writing there. */
function withImages(images: readonly ToolImage[]): Pick<ToolResult, 'images'> {
  if (images.length === 0) return {}
  return {
    images: images.map(({ bytes, mediaType, name, width, height }) => ({
      bytes: bytes.slice(),
      mediaType: String(mediaType),
      ...(name !== undefined && { name: String(name) }),
      ...(width !== undefined && height !== undefined && { width: Number(width), height: Number(height) }),
    })),
  }
}

/** Ends early and quietly when the signal comes. */
async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
