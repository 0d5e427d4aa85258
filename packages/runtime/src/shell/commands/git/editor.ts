import { bytesOf, textOf } from '../../text'
import { GitError } from './git-error'
import type { Git } from './git-call'

/** Lets the editor of the environment change a text. @throws GitError where there is none */
export async function editText(
  git: Git,
  what: {
    readonly path: string
    readonly text: string
    readonly isSequence?: boolean
    readonly env?: readonly (readonly [string, string])[]
  },
): Promise<string> {
  const { env, config } = git
  const editor =
    (what.isSequence ? (env.get('GIT_SEQUENCE_EDITOR') ?? config.get('sequence.editor')) : undefined) ??
    env.get('GIT_EDITOR') ??
    config.get('core.editor') ??
    env.get('VISUAL') ??
    env.get('EDITOR')
  if (editor === undefined) {
    const missing = what.isSequence ? '' : '\nPlease supply the message using either -m or -F option.'
    throw new GitError(`error: Terminal is dumb, but EDITOR unset${missing}`, { kind: 'plain', code: 1 })
  }
  git.files.writeFile(what.path, bytesOf(what.text))
  if (editor !== ':') {
    await git.out.flush()
    const code = await git.call.exec([`${editor} "$@"`, editor, what.path], {
      isScript: true,
      cwd: git.repo.worktree ?? git.cwd,
      env: what.env === undefined ? git.env : new Map([...git.env, ...what.env]),
    })
    if (code !== 0)
      throw new GitError(
        `error: There was a problem with the editor '${editor}'.${what.isSequence ? '' : '\nPlease supply the message using either -m or -F option.'}`,
        { kind: 'plain', code: 1 },
      )
  }
  return textOf(git.files.readFile(what.path))
}
