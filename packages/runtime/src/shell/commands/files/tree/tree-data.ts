import type { Leaf } from './tree-scan'
import type { TreeCount } from './tree-print'
import type { TreeFields } from './tree-fields'
import type { TreeOptions } from './tree-options'

const KINDS = { file: 'file', folder: 'directory', link: 'link', device: 'char', pipe: 'fifo' } as const

/** What the forms for programs are made with. */
export interface DataHow {
  readonly options: TreeOptions
  readonly fields: TreeFields
  readonly count: TreeCount
  readonly put: (text: string) => void
}

function jsonText(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replace(/[\u0000-\u001f]/g, (letter) => JSON.stringify(letter).slice(1, -1))
}

/** `-J`. */
export function printJson(roots: readonly Leaf[], { options, fields, count, put }: DataHow): void {
  const isFlat = options.has('i')
  const end = isFlat ? '' : '\n'
  const indent = (depth: number): string => (isFlat ? '' : '  '.repeat(depth))
  const nameOf = (leaf: Leaf): string => (options.has('f') ? leaf.path : leaf.name)
  const open = (leaf: Leaf): string => {
    const target = leaf.look.target === undefined || leaf.flaw === 'error opening dir' ? '' : `,"target":"${jsonText(leaf.look.target)}"`
    const told = fields.of(leaf).map(({ key, value }) => `,"${key}":${typeof value === 'number' ? value : `"${jsonText(value)}"`}`)
    return `{"type":"${KINDS[leaf.look.type]}","name":"${jsonText(nameOf(leaf))}"${target}${told.join('')}`
  }
  const show = (leaf: Leaf, depth: number): string => {
    if (leaf.flaw !== undefined) return `${indent(depth)}${open(leaf)},"contents":[{"error": "${leaf.flaw}"}${end}${end}${indent(depth)}]}`
    const children = leaf.children ?? []
    if (children.length === 0) return `${indent(depth)}${open(leaf)}}`
    return `${indent(depth)}${open(leaf)},"contents":[${end}${children.map((child) => show(child, depth + 1)).join(`,${end}`)}${end}${indent(depth)}]}`
  }
  put(`[${end}`)
  put(roots.map((root) => show(root, 1)).join(`,${end}`))
  put(end)
  const files = options.has('d') ? '' : `,"files":${count.files}`
  const size = options.has('du') ? `,"size":${count.bytes}` : ''
  if (!options.has('noreport')) put(`,${end}${indent(1)}{"type":"report"${size},"directories":${count.folders}${files}}`)
  put(`${end}]\n`)
}

function xmlText(text: string): string {
  return text.replace(/[<>&"']/g, (letter) => `&${{ '<': 'lt', '>': 'gt', '&': 'amp', '"': 'quot', "'": 'apos' }[letter] ?? ''};`)
}

/** `-X`. */
export function printXml(roots: readonly Leaf[], { options, fields, count, put }: DataHow): void {
  const isFlat = options.has('i')
  const end = isFlat ? '' : '\n'
  const indent = (depth: number): string => (isFlat ? '' : '  '.repeat(depth))
  const show = (leaf: Leaf, depth: number): void => {
    const kind = KINDS[leaf.look.type]
    const target = leaf.look.target === undefined ? '' : ` target="${xmlText(leaf.look.target)}"`
    const told = fields.of(leaf).map(({ key, value }) => ` ${key}="${typeof value === 'number' ? value : xmlText(value)}"`)
    put(`${indent(depth)}<${kind} name="${xmlText(options.has('f') ? leaf.path : leaf.name)}"${target}${told.join('')}>`)
    const children = leaf.children ?? []
    const isOpen = children.length > 0 || (depth === 1 && leaf.children !== undefined)
    if (leaf.flaw !== undefined) put(`<error>${leaf.flaw}</error>`)
    if (isOpen) put(end)
    for (const child of children) show(child, depth + 1)
    put(`${isOpen ? indent(depth) : ''}</${kind}>${end}`)
  }
  put(`<?xml version="1.0" encoding="UTF-8"?>${end}<tree>${end}`)
  for (const root of roots) show(root, 1)
  if (!options.has('noreport')) {
    put(`${indent(1)}<report>${end}`)
    if (options.has('du')) put(`${indent(2)}<size>${count.bytes}</size>${end}`)
    put(`${indent(2)}<directories>${count.folders}</directories>${end}`)
    if (!options.has('d')) put(`${indent(2)}<files>${count.files}</files>${end}`)
    put(`${indent(1)}</report>${end}`)
  }
  put('</tree>\n')
}
