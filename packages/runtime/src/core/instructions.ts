import type { Workspace } from '@tabwright/protocol'
import type { Fact } from './fact'
import type { TextCodec } from './ports'
import type { SessionState } from './session-state'
import { readOfImport } from './taint'

/** Nearest first; both are told when both are there. Source: harness.md F27. */
const NAMES = ['AGENTS.md', 'CLAUDE.md'] as const
/** What is longer is cut: an instruction file of this size is a mistake, and it would be paid for at every step. */
const MAX_CHARS = 40_000

/** Facts for instruction files that are not as the model was told. Empty when nothing changed. */
export async function changedInstructions(
  workspace: Workspace,
  text: TextCodec,
  { instructions: known, taint }: Pick<SessionState, 'instructions' | 'taint'>,
): Promise<readonly Fact[]> {
  const facts: Fact[] = []
  for (const path of NAMES) {
    const now = await readText(workspace, text, path)
    if (now === known.get(path)) continue
    if (now === undefined && !known.has(path)) continue
    facts.push({ type: 'context.loaded', data: { path, text: now ?? null } })
  }
  return facts.length > 0 ? [...readOfImport(taint, 'instructions'), ...facts] : []
}

async function readText(workspace: Workspace, text: TextCodec, path: string): Promise<string | undefined> {
  if (!workspace.stat(path)) return undefined
  const content = text.decode(await workspace.read(path))
  if (content === undefined) return undefined
  return content.length > MAX_CHARS ? `${content.slice(0, MAX_CHARS)}\n[cut: the file has ${content.length} characters]` : content
}
