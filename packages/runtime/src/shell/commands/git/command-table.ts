import { bundle } from './bundle'
import { add } from './add'
import { am } from './am'
import { apply } from './apply'
import { bisect } from './bisect'
import { archive } from './archive'
import { annotate, blame } from './blame'
import { branch } from './branch-command'
import { checkout, restore, switchBranch } from './branches'
import { checkAttr } from './check-attr'
import { checkoutIndex } from './checkout-index'
import { cherry } from './cherry'
import { clone } from './clone'
import { commit, commitTree } from './commit'
import { config } from './config-command'
import { describe, forEachRef, revList } from './describe'
import { diff } from './diff-command'
import { diffFiles, diffIndex, diffTree, rawLogWords } from './diff-plumbing'
import { fetch } from './fetch'
import type { Git } from './git-call'
import { checkRefFormat, mergeFile, mkTree, readTree, stripSpace, updateIndex } from './index-plumbing'
import { countObjects, fsck, gc, maintenance, packRefs, prune, repack, verifySigned } from './maintenance'
import { nameRev } from './name-rev'
import { notes } from './notes'
import { formatPatch } from './format-patch'
import { grep } from './git-grep'
import { init } from './init'
import { interpretTrailers } from './trailers/interpret'
import { log } from './log'
import { lsFiles } from './ls-files'
import { lsRemote } from './ls-remote'
import { merge } from './merge'
import { mergeTree } from './merge-tree'
import { catFile, checkIgnore, hashObject, lsTree, mergeBase, showRef, symbolicRef, updateRef, varCommand, writeTree } from './plumbing'
import { cherryPick, revert } from './pick'
import { pull } from './pull'
import { push } from './push'
import { rangeDiff } from './range-diff'
import { rebase } from './rebase'
import { reflog } from './reflog'
import { remote } from './remote'
import { rerere } from './rerere'
import { reset } from './reset'
import { revParse } from './rev-parse'
import { shortlog } from './shortlog'
import { show } from './show'
import { showBranch } from './show-branch'
import { stash } from './stash'
import { status } from './status'
import { submodule } from './submodule'
import { tag } from './tag'
import { clean, mv, rm } from './work-files'
import { verifyPack } from './verify-pack'
import { worktree } from './worktree'

/** What `git NAME` runs. */
export type GitRun = (git: Git, words: readonly string[]) => Promise<number> | number

/** Every command of this git. */
export const GIT_COMMANDS: ReadonlyMap<string, GitRun> = new Map<string, GitRun>([
  ['add', add],
  ['am', am],
  ['annotate', annotate],
  ['apply', apply],
  ['archive', archive],
  ['bisect', bisect],
  ['blame', blame],
  ['branch', branch],
  ['bundle', bundle],
  ['cat-file', catFile],
  ['check-attr', checkAttr],
  ['check-ignore', checkIgnore],
  ['checkout', checkout],
  ['checkout-index', checkoutIndex],
  ['cherry', cherry],
  ['cherry-pick', cherryPick],
  ['clean', clean],
  ['clone', clone],
  ['commit', commit],
  ['commit-tree', commitTree],
  ['config', config],
  ['describe', describe],
  ['diff', diff],
  ['fetch', fetch],
  ['for-each-ref', forEachRef],
  ['format-patch', formatPatch],
  ['grep', grep],
  ['hash-object', hashObject],
  ['init', init],
  ['interpret-trailers', interpretTrailers],
  ['log', log],
  ['ls-files', lsFiles],
  ['ls-remote', lsRemote],
  ['ls-tree', lsTree],
  ['merge', merge],
  ['merge-base', mergeBase],
  ['mv', mv],
  ['notes', notes],
  ['pull', pull],
  ['push', push],
  ['rebase', rebase],
  ['reflog', reflog],
  ['remote', remote],
  ['reset', reset],
  ['restore', restore],
  ['rev-list', revList],
  ['rev-parse', revParse],
  ['revert', revert],
  ['rm', rm],
  ['shortlog', shortlog],
  ['show', show],
  ['show-branch', showBranch],
  ['show-ref', showRef],
  ['stage', add],
  ['stash', stash],
  ['status', status],
  ['switch', switchBranch],
  ['symbolic-ref', symbolicRef],
  ['tag', tag],
  ['update-ref', updateRef],
  ['var', varCommand],
  ['check-ref-format', checkRefFormat],
  ['count-objects', countObjects],
  ['diff-files', diffFiles],
  ['diff-index', diffIndex],
  ['diff-tree', diffTree],
  ['fsck', fsck],
  ['gc', gc],
  ['maintenance', maintenance],
  ['merge-file', mergeFile],
  ['merge-tree', mergeTree],
  ['mktree', mkTree],
  ['name-rev', nameRev],
  ['pack-refs', packRefs],
  ['prune', prune],
  ['range-diff', rangeDiff],
  ['read-tree', readTree],
  ['repack', repack],
  ['rerere', rerere],
  ['stripspace', stripSpace],
  ['submodule', submodule],
  ['update-index', updateIndex],
  ['verify-commit', (git, words) => verifySigned(git, words, 'commit')],
  ['verify-pack', verifyPack],
  ['verify-tag', (git, words) => verifySigned(git, words, 'tag')],
  ['whatchanged', (git, words) => log(git, rawLogWords(words))],
  ['worktree', worktree],
  ['write-tree', writeTree],
])
