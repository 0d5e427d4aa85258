import { failureOf, isJsonObject, type EditBase, type FileEntry, type Json, type Workspace } from '@tabwright/protocol'
import type { Ports } from './ports'
import type { GatedTool } from './registry'
import type { CallRecord } from './records'

interface Judged {
  readonly call: CallRecord
  readonly tool: GatedTool
  readonly input: Json
}

/** What a worker knows of the model's eyes, and the files. */
interface Known {
  readonly ports: Pick<Ports, 'workspace'>
  readonly seen: ReadonlyMap<string, number>
}

/**
 * The file that an edit which asks is made against: as it was when it was first judged, however often it is judged anew. Nothing where
 * the model knows an older one: that edit fails by itself.
 */
export function baseOf({ ports, seen }: Known, { call, tool, input }: Judged): { readonly base?: EditBase } {
  if (call.base) return { base: call.base }
  if (tool.spec.effect !== 'tx' || tool.spec.readOnly || tool.usesShell || !isJsonObject(input)) return {}
  const { path } = input
  if (typeof path !== 'string') return {}
  const entry = entryAt(ports.workspace, path)
  if (entry === 'no path') return {}
  if (entry === undefined) return { base: { path, hash: null } }
  const known = seen.get(entry.path) ?? entry.version
  return known === entry.version ? { base: { path: entry.path, hash: entry.hash } } : {}
}

/** The call writes on the file that was shown, or not at all. */
export function boundTo(
  { ports, seen }: { readonly ports: Pick<Ports, 'workspace'>; readonly seen: Map<string, number> },
  { base }: CallRecord,
): void {
  const entry = base && ports.workspace.stat(base.path)
  // No version is 0: what stands there is not what was shown.
  if (base && entry) seen.set(entry.path, entry.hash === base.hash ? entry.version : 0)
}

/** What the tool will refuse in its own words has no base. */
function entryAt(workspace: Pick<Workspace, 'stat'>, path: string): FileEntry | undefined | 'no path' {
  try {
    return workspace.stat(path)
  } catch (error) {
    if (failureOf(error).code !== 'bad_input') throw error
    return 'no path'
  }
}
