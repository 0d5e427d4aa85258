import { readAll } from '../../streams/stream'
import type { FileNode } from '../../tree/tree-node'
import { quoted } from '../text/quotes'
import { complain, type Tool } from '../text/tool'
import { ask } from './ask'
import { keepBackup, type BackupHow } from './backup'
import { failure, folderName, joinPath, lookAt, lookFor, namesIn, permissions, why, type Look } from './look'

/** How things are copied. */
export interface CopyHow {
  readonly tool: Tool
  readonly isRecursive: boolean
  /** Links are followed: all, those on the command line, none. */
  readonly follows: 'all' | 'operands' | 'none'
  readonly keeps: { readonly mode: boolean; readonly times: boolean; readonly links: boolean }
  readonly makes: 'copies' | 'hard links' | 'links'
  readonly overwrites: 'always' | 'asks' | 'never' | 'older'
  readonly isForced: boolean
  readonly removesFirst: boolean
  readonly onlyAttributes: boolean
  readonly backup: BackupHow | undefined
  /** Where the first of several names of a file went. */
  readonly seen: Map<FileNode, string>
  /** Targets of this run: one must not be written twice. */
  readonly made: Set<string>
}

type Pair = readonly [from: string, to: string]

interface FolderSource {
  readonly look: Look
  readonly isOperand: boolean
}

/** Copies one thing. False: something failed and was told. */
export async function copyTree(how: CopyHow, [from, to]: Pair, isOperand = true): Promise<boolean> {
  const { tool } = how
  tool.call.tick()
  let look: Look
  try {
    const follow = how.follows === 'all' || (how.follows === 'operands' && isOperand)
    look = lookAt(tool.call, from, follow)
  } catch (thrown) {
    await complain(tool, `cannot stat ${quoted(from)}: ${why(thrown)}`)
    return false
  }
  try {
    if (look.type === 'folder') return await copyFolder(how, { look, isOperand }, [from, to])
    return await copyFile(how, look, [from, to])
  } catch (thrown) {
    failure(thrown)
    await complain(tool, `cannot create regular file ${quoted(to)}: ${why(thrown)}`)
    return false
  }
}

async function copyFolder(how: CopyHow, { look, isOperand }: FolderSource, [from, to]: Pair): Promise<boolean> {
  const { tool } = how
  const { call } = tool
  if (!how.isRecursive) {
    await complain(tool, `-r not specified; omitting directory ${quoted(from)}`)
    return false
  }
  const names = namesOrWhy(tool, from)
  if (typeof names === 'string') {
    await complain(tool, `cannot access ${quoted(from)}: ${names}`)
    return false
  }
  const target = lookFor(call, to, false)
  const existing = target?.type === 'link' ? lookFor(call, to) : target
  if (existing !== undefined && existing.type !== 'folder') {
    await complain(tool, `cannot overwrite non-directory ${quoted(to)} with directory ${quoted(from)}`)
    return false
  }
  const source = call.system.tree.realpath(call.at(from))
  const landing = realPlace(tool, to)
  if (isOperand && landing !== undefined && (landing === source || landing.startsWith(`${source === '/' ? '' : source}/`))) {
    if (existing === undefined || landing !== source) {
      await complain(tool, `cannot copy a directory, ${quoted(from)}, into itself, ${quoted(to)}`)
      return false
    }
    await complain(tool, `${quoted(from)} and ${quoted(to)} are the same file`)
    return false
  }
  if (existing === undefined) {
    try {
      call.system.tree.mkdir(call.at(to).replace(/(.)\/+$/, '$1'))
    } catch (thrown) {
      await complain(tool, `cannot create directory ${quoted(to)}: ${why(thrown)}`)
      return false
    }
    if (tool.options.has('verbose')) tool.out.putText(`${quoted(from)} -> ${quoted(to)}\n`)
  }
  let isGood = true
  for (const name of names) isGood = (await copyTree(how, [joinPath(from, name), joinPath(to, name)], false)) && isGood
  if (existing === undefined) call.system.tree.chmod(call.at(to), how.keeps.mode ? look.mode : look.mode & ~call.umask & 0o777)
  if (how.keeps.mode && existing !== undefined) call.system.tree.chmod(call.at(to), look.mode)
  if (how.keeps.times) call.system.tree.utimes(call.at(to), look.mtime, { atime: look.atime })
  return isGood
}

function namesOrWhy(tool: Tool, path: string): readonly string[] | string {
  try {
    return namesIn(tool.call, path)
  } catch (thrown) {
    return why(thrown)
  }
}

/** Where a path that may not be there yet would stand. */
function realPlace({ call }: Tool, path: string): string | undefined {
  const full = call.at(path).replace(/(.)\/+$/, '$1')
  if (lookFor(call, full) !== undefined) return call.system.tree.realpath(full)
  const parent = folderName(full)
  return lookFor(call, parent) === undefined
    ? undefined
    : joinPath(call.system.tree.realpath(parent), full.slice(full.lastIndexOf('/') + 1))
}

/** Whether what is there may be written over; asks where it has to. Told: a reason that is a failure. */
async function mayReplace(how: CopyHow, [look, target]: readonly [Look, Look], [from, to]: Pair): Promise<boolean | 'failed'> {
  const { tool } = how
  if (target.type === 'folder') {
    await complain(tool, `cannot overwrite directory ${quoted(to)} with non-directory`)
    return 'failed'
  }
  const isSame = target.node !== undefined && target.node === look.node
  if (isSame && how.makes === 'hard links') return false
  const isBackedUp = how.backup !== undefined
  if (isSame && !isBackedUp && !(how.removesFirst && from !== to) && how.makes !== 'links') {
    await complain(tool, `${quoted(from)} and ${quoted(to)} are the same file`)
    return 'failed'
  }
  if (how.overwrites === 'never') return false
  if (how.overwrites === 'older' && target.mtime >= look.mtime) return false
  if (how.made.has(tool.call.at(to))) {
    await complain(tool, `will not overwrite just-created ${quoted(to)} with ${quoted(from)}`)
    return 'failed'
  }
  if (how.makes === 'links' && !how.isForced && !how.removesFirst && !isBackedUp) {
    await complain(tool, `cannot create symbolic link ${quoted(to)}: File exists`)
    return 'failed'
  }
  if (how.makes === 'hard links' && !how.isForced && !how.removesFirst && !isBackedUp) {
    await complain(tool, `cannot create hard link ${quoted(to)} to ${quoted(from)}: File exists`)
    return 'failed'
  }
  if (how.overwrites !== 'asks') return true
  const isProtected = (target.mode & 0o200) === 0
  const question = isProtected
    ? `replace ${quoted(to)}, overriding mode ${target.mode.toString(8).padStart(4, '0')} (${permissions(target.mode)})? `
    : `overwrite ${quoted(to)}? `
  return ask(tool, question)
}

async function copyFile(how: CopyHow, look: Look, [from, to]: Pair): Promise<boolean> {
  const { tool } = how
  const { call } = tool
  const { tree } = call.system
  const isLinkCopy = look.type === 'link' && how.makes !== 'hard links'
  let target = lookFor(call, to, false)
  if (target?.type === 'link' && !isLinkCopy && !how.removesFirst) {
    const behind = lookFor(call, to)
    if (behind === undefined && how.makes === 'copies') {
      await complain(tool, `not writing through dangling symlink ${quoted(to)}`)
      return false
    }
    target = behind ?? target
  }
  let kept = ''
  if (target !== undefined) {
    const may = await mayReplace(how, [look, target], [from, to])
    if (may !== true) return may === false
    if (how.backup !== undefined) kept = ` (backup: ${quoted(keepBackup(call, to, how.backup))})`
    else if (how.makes !== 'copies' || how.removesFirst || isLinkCopy) {
      if (target.type !== 'device') tree.unlink(call.at(to))
      if (how.removesFirst && tool.options.has('verbose')) tool.out.putText(`removed ${quoted(to)}\n`)
    }
  }
  if (to.endsWith('/') && lookFor(call, to)?.type !== 'folder') {
    await complain(tool, `cannot create regular file ${quoted(to)}: Not a directory`)
    return false
  }
  const isGood = await place(how, look, [from, to])
  if (isGood && tool.options.has('verbose')) tool.out.putText(`${quoted(from)} -> ${quoted(to)}${kept}\n`)
  how.made.add(call.at(to))
  return isGood
}

/** Puts the thing itself: bytes, a link, another name. */
async function place(how: CopyHow, look: Look, [from, to]: Pair): Promise<boolean> {
  const { tool } = how
  const { call } = tool
  const { tree } = call.system
  const full = call.at(to)
  if (how.makes === 'links') {
    tree.symlink(from, full)
    return true
  }
  if (how.makes === 'hard links') {
    tree.link(call.at(from), full)
    return true
  }
  if (look.type === 'link') {
    tree.symlink(look.target ?? '', full)
    if (how.keeps.times) tree.utimes(full, look.mtime, { atime: look.atime, follow: false })
    return true
  }
  if (look.node?.type === 'file' && how.keeps.links && look.nlink > 1) {
    const first = how.seen.get(look.node)
    if (first !== undefined) {
      if (lookFor(call, to, false) !== undefined) tree.unlink(full)
      tree.link(first, full)
      return true
    }
    how.seen.set(look.node, full)
  }
  return copyBytes(how, look, [from, to])
}

async function copyBytes(how: CopyHow, look: Look, [from, to]: Pair): Promise<boolean> {
  const { tool } = how
  const { call } = tool
  const { tree } = call.system
  if ((look.mode & 0o400) === 0) {
    await complain(tool, `cannot open ${quoted(from)} for reading: Permission denied`)
    return false
  }
  const existing = lookFor(call, to)
  if (existing !== undefined && (existing.mode & 0o200) === 0) {
    if (!how.isForced) {
      await complain(tool, `cannot create regular file ${quoted(to)}: Permission denied`)
      return false
    }
    tree.unlink(call.at(to))
  }
  const mode = how.keeps.mode ? look.mode : look.mode & ~call.umask & 0o777
  const isNew = lookFor(call, to) === undefined
  // Copied without the source changing under it: bytes of a file are never written in place.
  const bytes = how.onlyAttributes
    ? undefined
    : look.node?.type === 'file' && look.node.read === undefined
      ? look.node.bytes
      : await readAll(call.open(from))
  const output = call.create(to, how.onlyAttributes ? { append: true } : {})
  if (bytes !== undefined) await output.write(bytes)
  output.close()
  const made = lookAt(call, to)
  if (made.node === undefined) return true
  if (isNew || how.keeps.mode) tree.chmod(call.at(to), mode)
  if (how.keeps.times) tree.utimes(call.at(to), look.mtime, { atime: look.atime })
  return true
}
