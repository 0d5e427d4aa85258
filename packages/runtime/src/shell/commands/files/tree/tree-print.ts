import { CommandError, NotImplemented, type Call } from '../../command'
import { indicatorFor, LsColors } from '../ls-names'
import type { TreeFields } from './tree-fields'
import type { Leaf } from './tree-scan'
import type { TreeOptions } from './tree-options'

/** Colours that tree has of its own. */
const COLORS = `or=40;31;01:pi=40;33:cd=40;33;01:${endings('32', 'bat btm cmd com dll exe')}${endings('31', 'arj bz2 deb gz lzh rpm tar taz tb2 tbz2 tbz tgz tz2 z zip zoo')}${endings('35', 'asf avi bmp flac gif jpg jpeg m2a m2v mov mp3 mpeg mpg ogg ppm rm tga tif wav wmv xbm xpm')}`

function endings(color: string, names: string): string {
  return names
    .split(' ')
    .map((name) => `*.${name}=01;${color}:`)
    .join('')
}

/** Lines between a folder and what is in it. */
interface Drawing {
  readonly branch: string
  readonly last: string
  readonly down: string
}

const UNICODE: Drawing = { branch: '├── ', last: '└── ', down: '│\u00a0\u00a0 ' }
const ASCII: Drawing = { branch: '|-- ', last: '`-- ', down: '|   ' }

function drawingOf(call: Call, { charset, has }: TreeOptions): Drawing {
  if (has('A') || has('S')) throw new NotImplemented(`option -${has('A') ? 'A' : 'S'}`)
  const told =
    charset ?? call.env.get('TREE_CHARSET') ?? call.env.get('LC_ALL') ?? call.env.get('LC_CTYPE') ?? call.env.get('LANG') ?? 'C.UTF-8'
  if (/utf-?8/i.test(told)) return UNICODE
  if (/^(ascii|us-ascii|c|posix|ansi_x3.4-1968)$/i.test(told)) return ASCII
  throw new NotImplemented(`the character set '${told}'`)
}

/** The text form. */
export class TreeText {
  readonly #options: TreeOptions
  readonly #fields: TreeFields
  readonly #drawing: Drawing
  readonly #colors: LsColors | undefined
  readonly #put: (text: string) => void

  constructor(call: Call, options: TreeOptions, how: { readonly fields: TreeFields; readonly put: (text: string) => void }) {
    this.#options = options
    this.#fields = how.fields
    this.#put = how.put
    this.#drawing = drawingOf(call, options)
    const told = call.env.get('TREE_COLORS') ?? call.env.get('LS_COLORS') ?? ''
    const isTerminal = call.file(1)?.isTerminal ?? false
    const isColored = !options.has('n') && call.env.has('TERM') && (options.has('C') || (isTerminal && told !== ''))
    this.#colors = isColored ? new LsColors(told === '' ? COLORS : told) : undefined
  }

  print(root: Leaf): void {
    this.#line(root, '')
    this.#inside(root, '')
  }

  #inside({ children }: Leaf, indent: string): void {
    for (const [i, child] of (children ?? []).entries()) {
      const isLast = i === (children ?? []).length - 1
      const { branch, last, down } = this.#drawing
      this.#line(child, this.#options.has('i') ? '' : indent + (isLast ? last : branch))
      this.#inside(child, indent + (isLast ? '    ' : down))
    }
  }

  #line(leaf: Leaf, indent: string): void {
    const bracket = leaf.look.nlink === 0 && leaf.flaw !== undefined ? '' : this.#fields.bracket(leaf)
    const lead = this.#options.has('metafirst') ? bracket + indent : indent + bracket
    this.#put(`${lead}${this.#name(leaf)}${leaf.flaw === undefined ? '' : `  [${leaf.flaw}]`}\n`)
  }

  #name(leaf: Leaf): string {
    const { look, behind } = leaf
    const isLink = look.type === 'link'
    const shown = this.#painted(this.#quoted(this.#options.has('f') ? leaf.path : leaf.name), look, isLink && behind === undefined)
    const sign = (what: Leaf['look'] | undefined): string =>
      this.#options.has('F') && what !== undefined ? indicatorFor(what, 'classify') : ''
    if (!isLink || look.target === undefined) return shown + sign(leaf.flaw === 'error opening dir' ? undefined : look)
    return `${shown} -> ${this.#painted(this.#quoted(look.target), behind ?? { type: 'file', mode: 0 }, false)}${sign(behind)}`
  }

  #painted(name: string, look: Pick<Leaf['look'], 'type' | 'mode'>, isOrphan: boolean): string {
    if (this.#colors === undefined) return name
    return `\u001b[${this.#colors.of(name, look, isOrphan) ?? '00'}m${name}\u001b[0m`
  }

  #quoted(name: string): string {
    const { has } = this.#options
    const plain = has('N') ? name : name.replace(/[\u0000-\u001f\u007f\uDC80-\uDCFF]/g, (letter) => (has('q') ? '?' : octal(letter)))
    return has('Q') ? `"${plain}"` : plain
  }
}

function octal(letter: string): string {
  const code = letter.charCodeAt(0)
  return `\\${(code > 0xdc00 ? code - 0xdc00 : code).toString(8).padStart(3, '0')}`
}

/** How many folders and files were shown, and their bytes. */
export interface TreeCount {
  folders: number
  files: number
  bytes: number
}

/** Adds what is below a root; the root itself counts where something in it is shown. */
export function countInto(count: TreeCount, root: Leaf): void {
  if (root.children === undefined) {
    if (root.flaw?.endsWith('not opening dir')) count.folders += 1
    else if (root.look.nlink > 0) count.files += 1
    return
  }
  if (root.children.length === 0) count.bytes += root.size
  else count.folders += 1
  const below = (leaf: Leaf): void => {
    for (const child of leaf.children ?? []) {
      if ((child.behind ?? child.look).type === 'folder') count.folders += 1
      else count.files += 1
      count.bytes += child.size
      below(child)
    }
  }
  below(root)
}

/** The last line. */
export function reportOf({ folders, files, bytes }: TreeCount, options: TreeOptions, fields: TreeFields): string {
  const dirs = `${folders} ${folders === 1 ? 'directory' : 'directories'}`
  const both = options.has('d') ? dirs : `${dirs}, ${files} ${files === 1 ? 'file' : 'files'}`
  return `\n${options.has('du') ? fields.total(bytes) : ''}${both}\n`
}

/** @throws CommandError where both were asked for */
export function checkForms({ has }: TreeOptions): void {
  if (has('J') && has('X')) throw new CommandError('only one of -J and -X')
}
