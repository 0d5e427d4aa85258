import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { readAll } from '../../streams/stream'
import { textOf } from '../../text'
import { CommandError } from '../command'
import { withNamedHint } from '../diff/usage'
import type { BackupHow } from '../files/backup'
import { lookFor } from '../files/look'
import { quoteIfNeeded } from '../text/quotes'
import { textTool, usageError, type Tool } from '../text/tool'
import { at, fatal, looksLike, onePatch, say, type Patching } from './patch-file'
import { PATCH_OPTIONS } from './patch-options'
import { BadPatch, PatchReader, type PatchStyle } from './patch-text'

function styleOf({ options }: Tool): PatchStyle | undefined {
  const key = options.last('unified', 'context', 'normal')
  return key === 'unified' || key === 'context' || key === 'normal' ? key : undefined
}

function backupOf({ options }: Tool): BackupHow | undefined {
  if (!options.has('backup')) return undefined
  const word = options.value('version-control') ?? 'existing'
  const kinds: Readonly<Record<string, BackupHow['kind']>> = {
    simple: 'simple',
    never: 'simple',
    existing: 'existing',
    nil: 'existing',
    numbered: 'numbered',
    t: 'numbered',
  }
  const kind = kinds[word]
  if (kind === undefined && word !== 'none' && word !== 'off')
    throw new CommandError(
      `invalid argument '${word}' for '--version-control or -V option'\nValid arguments are:\n  - 'none', 'off'\n  - 'simple', 'never'\n  - 'existing', 'nil'\n  - 'numbered', 't'`,
      2,
    )
  return kind === undefined ? undefined : { kind, suffix: options.value('suffix') ?? '.orig' }
}

function numberOf({ options }: Tool, key: string, what: string): number | undefined {
  const text = options.value(key)
  if (text === undefined) return undefined
  return /^\d+$/.test(text) ? Number(text) : fatal(`${what} ${text} is not a number`)
}

async function sourceOf(run: Patching): Promise<string> {
  const { tool } = run
  const name = tool.options.value('input') ?? tool.operands[1] ?? '-'
  try {
    return textOf(await readAll(name === '-' ? tool.call.stdin : tool.call.open(at(run, name))))
  } catch (thrown) {
    if (thrown instanceof FsError) return fatal(`Can't open patch file ${quoteIfNeeded(name)} : ${errnoText(thrown)}`)
    throw thrown
  }
}

async function patchAll(tool: Tool): Promise<number> {
  const { options, operands, call } = tool
  if (operands.length > 2) usageError(`${operands[2] ?? ''}: extra operand`, 2)
  const folder = call.at(options.value('directory') ?? '.')
  if (lookFor(call, folder)?.type !== 'folder')
    fatal(`Can't change to directory ${quoteIfNeeded(options.value('directory') ?? '')} : No such file or directory`)
  const run: Patching = {
    tool,
    folder,
    strip: numberOf(tool, 'strip', 'strip count'),
    fuzz: numberOf(tool, 'fuzz', 'fuzz factor') ?? 2,
    isDry: options.has('dry-run'),
    isSilent: options.has('silent'),
    isVerbose: options.has('verbose'),
    backup: backupOf(tool),
    backsUpMismatches: options.last('mismatch-backup', 'no-mismatch-backup') !== 'no-mismatch-backup' && !options.has('posix'),
    target: operands[0],
    output: options.value('output'),
    hasFailed: false,
  }
  const text = await sourceOf(run)
  const reader = new PatchReader(text, { style: styleOf(tool), isBinary: options.has('binary'), isNamed: run.target !== undefined })
  try {
    let count = 0
    for (let patch = reader.next(); patch !== undefined; patch = reader.next()) {
      count += 1
      if (run.isVerbose) await looksLike(run, patch, count)
      await onePatch(run, patch)
      await tool.out.settle()
    }
    if (run.isVerbose && count > 0) await say(run, 'done\n')
    if (count === 0 && text !== '') fatal('Only garbage was found in the patch input.')
  } catch (thrown) {
    if (thrown instanceof BadPatch) return fatal(thrown.message)
    if (thrown instanceof FsError) return fatal(`Can't write file ${quoteIfNeeded(thrown.path ?? '')} : ${errnoText(thrown)}`)
    throw thrown
  }
  return run.hasFailed ? 1 : 0
}

/** Changes files as a patch says. */
export const patchCommand = withNamedHint(
  textTool({
    name: 'patch',
    summary: 'changes files as the output of diff says',
    usage: '[OPTION]... [ORIGFILE [PATCHFILE]]',
    agrees: 'GNU patch 2.7.6',
    shape: { usageCode: 2, options: PATCH_OPTIONS },
    run: patchAll,
  }),
)
