import type { PathChange, WorkspaceDelta } from '@tabwright/protocol'
import { pathClass } from './path-class'

const ROOT = '/workspace/'

/**
 * Paths that a call changed and that nobody said it might: whatever its words were, this is what it did. Git's own files are left out but for
 * those by which git runs something.
 */
export function heldBack(delta: WorkspaceDelta, text: (bytes: Uint8Array) => string | undefined): readonly string[] {
  return delta.filter((change) => isProtected(change, text)).map(({ path }) => path)
}

function isProtected({ path, after }: PathChange, text: (bytes: Uint8Array) => string | undefined): boolean {
  // An empty folder says nothing to anybody: git makes one for hooks with each repository.
  if (after?.mode === 'folder') return false
  const kind = pathClass(ROOT + path)
  if (kind === 'secret-file') return true
  if (kind !== 'policy-file') return false
  // Git writes its own settings at every turn; those that start a program are another matter.
  return !/(^|\/)\.git\/(?:.*\/)?config(?:\.worktree)?$/i.test(path) || (after !== null && RUNS.test(text(after.bytes) ?? 'hooksPath'))
}

/** Settings of git that name a program, more settings, or another place for what is fetched and pushed. They may stand behind the name of their section. */
const RUNS =
  /(?:^|\])\s*(?:(?:hooks|alternaterefs|attributes)path|alternaterefscommand|packobjectshook|templatedir|fsmonitor|sshcommand|gitproxy|pager|editor|external|askpass|helper|program|browser|textconv|command|driver|cmd|clean|smudge|process|uploadpack|receivepack|vcs|worktree|(?:push)?insteadof|path|proxy)\s*=|\[\s*(?:alias|include|includeif|pager|browser)\b|=\s*!/im
