import { bytesOf } from '../../text'
import { diffTrees, type FileSide } from './diff/file-change'
import { patchText } from './diff/patch'
import type { Git } from './git-call'
import { parsePatch } from './patch-file'
import { patched } from './patch-hunks'
import { PLAIN_PATCH } from './patch-key'

/** A file as it is to stand in the index. */
interface StagedAgain {
  readonly path: string
  readonly at: { readonly mode: number; readonly oid: string } | undefined
}

/** What was staged, as a patch for the index as it is now; undefined where that does not fit. */
export function stagedAgain(git: Git, base: string, indexTree: string): readonly StagedAgain[] | undefined {
  const { repo } = git
  const out: StagedAgain[] = []
  for (const { old, fresh } of diffTrees(repo.objects, { old: base, fresh: indexTree })) {
    const path = fresh?.path ?? old?.path ?? ''
    const now = repo.index.get(path)
    const isSame = now?.oid === old?.oid && now?.mode === old?.mode
    const at = isSame || fresh === undefined || old === undefined || now === undefined ? undefined : patchedEntry(git, { old, fresh, now })
    if (!isSame && at === undefined) return undefined
    out.push({ path, at: isSame ? fresh : at })
  }
  return out
}

/** A file of the index with the change of another state of it. */
function patchedEntry(
  git: Git,
  { old, fresh, now }: { readonly old: FileSide; readonly fresh: FileSide; readonly now: { readonly mode: number; readonly oid: string } },
): StagedAgain['at'] {
  const { objects } = git.repo
  const text = patchText({ status: 'M', old, fresh }, PLAIN_PATCH)
  const [patch] = parsePatch(text, { strip: 1, directory: '' })
  if (patch === undefined || patch.isBinary || old.mode !== now.mode) return undefined
  const made = patched(objects.blobText(now.oid), patch, { context: undefined, isUnifiedZero: false, ignoresSpace: false })
  return made.type === 'failed' ? undefined : { mode: fresh.mode, oid: objects.write('blob', bytesOf(made.text)) }
}
