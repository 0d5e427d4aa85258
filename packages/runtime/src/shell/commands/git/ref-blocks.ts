import { fatal } from './git-error'

/** `%(if)` and `%(align)`: what stands in them is made first and decided or padded at their end. */
type Block =
  | { readonly type: 'root'; text: string }
  | { readonly type: 'align'; readonly width: number; readonly position: string; text: string }
  | {
      readonly type: 'if'
      readonly compare: Compare | undefined
      part: 'condition' | 'then' | 'else'
      holds: boolean
      kept: string
      text: string
    }

interface Compare {
  readonly isEqual: boolean
  readonly text: string
}

/** The text of a format while it is made. */
export class RefBlocks {
  readonly #blocks: Block[] = [{ type: 'root', text: '' }]

  get #top(): Block {
    return this.#blocks.at(-1) ?? fatal('format: %(end) atom used without corresponding atom')
  }

  put(text: string): void {
    this.#top.text += text
  }

  /** Whether a field is one of a block; it is done then. @throws GitError where it has no place */
  take(field: string): boolean {
    const [, name = '', option = ''] = /^([a-z]+)(?::(.*))?$/s.exec(field) ?? []
    if (name === 'if') this.#blocks.push({ type: 'if', compare: compareOf(option), part: 'condition', holds: false, kept: '', text: '' })
    else if (name === 'align') this.#blocks.push({ type: 'align', ...alignOf(option), text: '' })
    else if (name === 'then') this.#then()
    else if (name === 'else') this.#else()
    else if (name === 'end') this.#end()
    else return false
    return true
  }

  #then(): void {
    const top = this.#top
    if (top.type !== 'if') return fatal('format: %(then) atom used without a %(if) atom')
    if (top.part === 'then') fatal('format: %(then) atom used more than once')
    if (top.part === 'else') fatal('format: %(then) atom used after %(else)')
    const { compare, text } = top
    top.holds = compare === undefined ? text.trim() !== '' : (text === compare.text) === compare.isEqual
    top.part = 'then'
    top.text = ''
  }

  #else(): void {
    const top = this.#top
    if (top.type !== 'if') return fatal('format: %(else) atom used without a %(if) atom')
    if (top.part === 'condition') fatal('format: %(else) atom used without a %(then) atom')
    if (top.part === 'else') fatal('format: %(else) atom used more than once')
    top.kept = top.text
    top.part = 'else'
    top.text = ''
  }

  #end(): void {
    const top = this.#top
    if (top.type === 'root') return fatal('format: %(end) atom used without corresponding atom')
    this.#blocks.pop()
    this.put(top.type === 'align' ? aligned(top) : decided(top))
  }

  /** @throws GitError where a block is not ended */
  text(): string {
    if (this.#top.type !== 'root') fatal('format: %(end) atom missing')
    return this.#top.text
  }
}

function decided({ part, holds, kept, text }: Extract<Block, { readonly type: 'if' }>): string {
  if (part === 'condition') return fatal('format: %(if) atom used without a %(then) atom')
  if (part === 'then') return holds ? text : ''
  return holds ? kept : text
}

function compareOf(option: string): Compare | undefined {
  if (option === '') return undefined
  const [, not, text = ''] = /^(not)?equals=(.*)$/s.exec(option) ?? fatal(`unrecognized %(if) argument: ${option}`)
  return { isEqual: not === undefined, text }
}

function alignOf(option: string): { readonly width: number; readonly position: string } {
  let width: number | undefined
  let position = 'left'
  for (const word of option.split(',')) {
    const number = /^(?:width=)?(\d+)$/.exec(word)
    const place = /^(?:position=)?(left|middle|right)$/.exec(word)
    if (number !== null) width = Number(number[1])
    else if (place !== null) position = place[1] ?? position
    else if (word !== '') fatal(`unrecognized %(align) argument: ${word}`)
  }
  return { width: width ?? fatal('positive width expected with the %(align) atom'), position }
}

function aligned({ text, width, position }: Extract<Block, { readonly type: 'align' }>): string {
  const room = Math.max(0, width - [...text].length)
  const left = position === 'left' ? 0 : position === 'right' ? room : Math.floor(room / 2)
  return ' '.repeat(left) + text + ' '.repeat(room - left)
}
