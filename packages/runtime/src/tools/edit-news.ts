import { FailureError, type WorkspaceReader } from '@tabwright/protocol'
import { isCheckedUnasked } from '../core/diagnostics'
import type { ToolContext, ToolResult } from '../core/tool'
import { problemText } from './problem-text'

/** After an edit a few are enough to see what it broke. */
const MOST = 8

/**
 * The result of an edit, with the errors that it made new. Never more than a short wait, and never a failed edit: what is not known is said.
 * @param before a view of the files from before the edit
 */
export async function withNews(
  text: string,
  path: string,
  { before, context }: { before: WorkspaceReader; context: ToolContext },
): Promise<ToolResult> {
  const { diagnostics, files, signal } = context
  const clean = files.stat(path)?.path ?? path
  if (!diagnostics || !isCheckedUnasked(clean, files)) return { text }
  try {
    const report = await diagnostics.news({ before, after: files, path: clean }, signal)
    if (!report) return { text: `${text}\n[Not checked for new errors in the time that an edit waits; the diagnostics tool does.]` }
    const { problems, unchecked } = report
    const left =
      unchecked > 0
        ? `\n[${unchecked} ${unchecked === 1 ? 'file' : 'files'} that it reaches not checked yet; the diagnostics tool does.]`
        : ''
    if (problems.length === 0) return { text: `${text}${left}` }
    const head = `New ${problems.length === 1 ? 'error' : 'errors'} after this edit (${problems.length}):`
    return { text: `${text}\n${head}\n${problemText({ ...report, missing: [], notes: [] }, MOST)}${left}`, quotes: true }
  } catch (error) {
    // The edit is made; a checker that cannot be had takes nothing back.
    if (!(error instanceof FailureError) || error.failure.code === 'aborted') throw error
    return { text: `${text}\n[Not checked for new errors: ${error.message}]` }
  }
}
