import { fatal } from './git-error'

/** Names that some system takes for `.git`: other case, dots and spaces behind it, its short name, characters that are not seen. */
const GIT_FOLDER = /^(?:\.git|git~1)[ .]*(?::.*)?$/i
const UNSEEN = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g

/** What most paths are without: looked at first, since every path of an index is. */
const SUSPECT = /(?:^|\/)(?:\.|git~1|$|\/)|\0|[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/i

/** Whether a path of a tree may become a file: nothing outside of the working tree, nothing in the repository itself. */
export function isSafePath(path: string): boolean {
  if (path !== '' && !SUSPECT.test(path)) return true
  return path
    .split('/')
    .every((name) => name !== '' && name !== '.' && name !== '..' && !GIT_FOLDER.test(name.replace(UNSEEN, '')) && !name.includes('\0'))
}

/** @throws GitError for a path that a tree of somebody else must not bring */
export function checkPath(path: string): void {
  if (!isSafePath(path)) fatal(`invalid path '${path}'`)
}
