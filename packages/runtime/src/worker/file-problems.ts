import type { Problem, Workspace } from '@tabwright/protocol'
import { isCheckedUnasked } from '../core/diagnostics'
import type { Parts } from './compose'

interface Checked {
  readonly workspace: Workspace
  readonly platform: { parts(workspace: Workspace): Pick<Parts, 'diagnostics'> }
}

/**
 * What the checker says of a file with the words that stand in an editor, saved or not. Nothing where it is not checked unasked, as for the agent.
 * @throws FailureError `unavailable` when the checker cannot be had
 */
export async function fileProblems({ platform, workspace }: Checked, path: string, text: string): Promise<readonly Problem[]> {
  const { diagnostics } = platform.parts(workspace)
  if (diagnostics === undefined || workspace.stat(path) === undefined || !isCheckedUnasked(path, workspace)) return []
  const draft = workspace.draft()
  draft.write(path, new TextEncoder().encode(text))
  const report = await diagnostics.check(draft, path, new AbortController().signal)
  return report.problems.filter((problem) => problem.path === path)
}
