import type { Walked } from './rev-list'

interface Column {
  readonly oid: string
  readonly color: number
}

const COLORS = [
  '\x1b[31m',
  '\x1b[32m',
  '\x1b[33m',
  '\x1b[34m',
  '\x1b[35m',
  '\x1b[36m',
  '\x1b[1;31m',
  '\x1b[1;32m',
  '\x1b[1;33m',
  '\x1b[1;34m',
  '\x1b[1;35m',
  '\x1b[1;36m',
]

/** What the next line shows: plain columns, room for a wide merge, the commit, the lines to its parents, or lines that move left. */
type State = 'padding' | 'pre-commit' | 'commit' | 'post-merge' | 'collapsing'

/** Draws the lines beside the commits of `git log --graph`. One row at a time; rows that text leaves over are drawn alone. */
export class Graph {
  readonly #isColored: boolean
  #oid = ''
  #parents: readonly string[] = []
  #state: State = 'padding'
  #previous: State = 'padding'
  #columns: Column[] = []
  #fresh: Column[] = []
  /** Which new column the line at each place goes to, -1 for none. */
  #mapping: number[] = []
  #oldMapping: number[] = []
  #mappingSize = 0
  #width = 0
  #index = 0
  #previousIndex = 0
  #layout = 0
  #edges = 0
  #previousEdges = 0
  #expansion = 0
  #color = COLORS.length - 1
  #isFirst = true
  #line = ''
  #length = 0

  constructor(isColored: boolean) {
    this.#isColored = isColored
  }

  /** One commit with its text and what changed, drawn. */
  show({ commit, parents }: Walked, what: { readonly text: string; readonly body: string; readonly isParted: boolean }): string {
    this.#update(commit.oid, parents)
    let out = !this.#isFirst && what.isParted ? `${this.#paddingLine()}\n` : ''
    this.#isFirst = false
    while (this.#state !== 'commit') out += `${this.#next()}\n`
    out += this.#next()
    const lines = what.text.replace(/\n$/, '').split('\n')
    for (const [i, line] of lines.entries()) out += i === 0 ? `${line}\n` : `${this.#next()}${line}\n`
    while (!this.#isDone) out += `${this.#next()}\n`
    if (what.body !== '') for (const line of what.body.replace(/\n$/, '').split('\n')) out += `${this.#paddingLine()}${line}\n`
    return out
  }

  get #isDone(): boolean {
    return this.#state === 'padding'
  }

  #update(oid: string, parents: readonly string[]): void {
    this.#oid = oid
    this.#parents = parents
    this.#previousIndex = this.#index
    this.#updateColumns()
    this.#expansion = 0
    this.#state = this.#needsRoom() ? 'pre-commit' : 'commit'
  }

  #needsRoom(): boolean {
    const dashed = this.#parents.length + this.#layout - 3
    return this.#parents.length >= 3 && this.#index < this.#columns.length - 1 && this.#expansion < dashed * 2
  }

  #updateColumns(): void {
    this.#columns = this.#fresh
    this.#fresh = []
    this.#mapping = Array.from({ length: 2 * (this.#columns.length + this.#parents.length) }, () => -1)
    this.#width = 0
    this.#previousEdges = this.#edges
    this.#edges = 0
    const at = this.#columns.findIndex(({ oid }) => oid === this.#oid)
    for (const [i, { oid }] of this.#columns.entries()) {
      if (i === at) this.#placeParents(i, true)
      else this.#insert(oid, -1)
    }
    if (at < 0) this.#placeParents(this.#columns.length, false)
    this.#mappingSize = this.#mapping.length
    while (this.#mappingSize > 1 && (this.#mapping[this.#mappingSize - 1] ?? -1) < 0) this.#mappingSize -= 1
  }

  #placeParents(index: number, isKnown: boolean): void {
    this.#index = index
    this.#layout = -1
    for (const parent of this.#parents) {
      if (this.#parents.length > 1 || !isKnown) this.#color = (this.#color + 1) % COLORS.length
      this.#insert(parent, index)
    }
    if (this.#parents.length === 0) this.#width += 2
  }

  #insert(oid: string, index: number): void {
    let i = this.#fresh.findIndex((column) => column.oid === oid)
    if (i < 0) {
      i = this.#fresh.length
      this.#fresh.push({ oid, color: this.#columns.find((column) => column.oid === oid)?.color ?? this.#color })
    }
    let place = this.#width
    if (this.#parents.length > 1 && index > -1 && this.#layout === -1) {
      // The first parent of a merge may lie to the left: then its line goes straight there.
      const distance = index - i
      const shift = distance > 1 ? 2 * distance - 3 : 1
      this.#layout = distance > 0 ? 0 : 1
      this.#edges = this.#parents.length + this.#layout - 2
      place = this.#width + (this.#layout - 1) * shift
      this.#width += 2 * this.#layout
    } else if (this.#edges > 0 && i === this.#mapping[this.#width - 2]) {
      place = this.#width - 2
      this.#edges = -1
    } else this.#width += 2
    this.#mapping[place] = i
  }

  #isSettled(): boolean {
    for (let i = 0; i < this.#mappingSize; i++) {
      const target = this.#mapping[i] ?? -1
      if (target >= 0 && target !== i >> 1) return false
    }
    return true
  }

  #put(sign: string, column?: Column): void {
    this.#length += sign.length
    this.#line += column === undefined || !this.#isColored ? sign : `${COLORS[column.color] ?? ''}${sign}\x1b[m`
  }

  #taken(): string {
    const line = this.#line + ' '.repeat(Math.max(0, this.#width - this.#length))
    this.#line = ''
    this.#length = 0
    return line
  }

  #go(state: State): void {
    this.#previous = this.#state
    this.#state = state
  }

  #next(): string {
    switch (this.#state) {
      case 'pre-commit':
        this.#preCommit()
        break
      case 'commit':
        this.#commit()
        break
      case 'post-merge':
        this.#postMerge()
        break
      case 'collapsing':
        this.#collapse()
        break
      default:
        for (const column of this.#fresh) {
          this.#put('|', column)
          this.#put(' ')
        }
    }
    return this.#taken()
  }

  /** A row that only carries the columns on. */
  #paddingLine(): string {
    if (this.#state !== 'commit') return this.#next()
    for (const column of this.#columns) {
      this.#put('|', column)
      this.#put(column.oid === this.#oid && this.#parents.length > 2 ? ' '.repeat((this.#parents.length - 2) * 2) : ' ')
    }
    this.#previous = 'padding'
    return this.#taken()
  }

  #preCommit(): void {
    let isPast = false
    for (const [i, column] of this.#columns.entries()) {
      if (column.oid === this.#oid) {
        isPast = true
        this.#put('|', column)
        this.#put(' '.repeat(this.#expansion))
      } else if (isPast && (this.#expansion > 0 || (this.#previous === 'post-merge' && this.#previousIndex < i))) this.#put('\\', column)
      else this.#put('|', column)
      this.#put(' ')
    }
    this.#expansion += 1
    if (!this.#needsRoom()) this.#go('commit')
  }

  #commit(): void {
    let isPast = false
    for (let i = 0; i <= this.#columns.length; i++) {
      const column = this.#columns[i]
      if (column === undefined && isPast) break
      if (column === undefined || column.oid === this.#oid) {
        isPast = true
        this.#put('*')
        if (this.#parents.length > 2) this.#octopus()
      } else this.#put(this.#besideCommit(i, isPast), column)
      this.#put(' ')
    }
    if (this.#parents.length > 1) this.#go('post-merge')
    else this.#go(this.#isSettled() ? 'padding' : 'collapsing')
  }

  #besideCommit(i: number, isPast: boolean): string {
    if (isPast && this.#edges > 1) return '\\'
    if (isPast && this.#edges === 1)
      return this.#previous === 'post-merge' && this.#previousEdges > 0 && this.#previousIndex < i ? '\\' : '|'
    const isMoving = this.#previous === 'collapsing' && this.#oldMapping[2 * i + 1] === i && (this.#mapping[2 * i] ?? -1) < i
    return isMoving ? '/' : '|'
  }

  /** Dashes to the parents of a merge of more than two. */
  #octopus(): void {
    const dashed = this.#parents.length + this.#layout - 3
    for (let i = 0; i < dashed; i++) {
      const column = this.#fresh[this.#mapping[(this.#index + i + 2) * 2] ?? -1]
      this.#put('-', column)
      this.#put(i === dashed - 1 ? '.' : '-', column)
    }
  }

  #postMerge(): void {
    const signs = ['/', '|', '\\']
    const [first] = this.#parents
    let firstColumn: Column | undefined
    let isPast = false
    for (let i = 0; i <= this.#columns.length; i++) {
      const column = this.#columns[i]
      if (column === undefined && isPast) break
      if (column === undefined || column.oid === this.#oid) {
        isPast = true
        this.#mergeEdges(signs)
      } else if (isPast) {
        this.#put(this.#edges > 0 ? '\\' : '|', column)
        this.#put(' ')
      } else {
        this.#put('|', column)
        if (this.#layout !== 0 || i !== this.#index - 1) this.#put(firstColumn === undefined ? ' ' : '_', firstColumn)
      }
      if (column !== undefined && column.oid === first) firstColumn = column
    }
    this.#go(this.#isSettled() ? 'padding' : 'collapsing')
  }

  #mergeEdges(signs: readonly string[]): void {
    let sign = this.#layout
    for (const [j, parent] of this.#parents.entries()) {
      const column = this.#fresh.find(({ oid }) => oid === parent)
      this.#put(signs[sign] ?? '\\', column)
      if (sign < 2) sign += 1
      else if (this.#edges > 0 || j < this.#parents.length - 1) this.#put(' ')
    }
    if (this.#edges === 0) this.#put(' ')
  }

  #collapse(): void {
    const horizontal = this.#moved()
    let isUsed = false
    for (let i = 0; i < this.#mappingSize; i++) {
      const target = this.#mapping[i] ?? -1
      const column = this.#fresh[target]
      if (target < 0) this.#put(' ')
      else if (target * 2 === i) this.#put('|', column)
      else if (target === horizontal.target && i !== horizontal.edge - 1) {
        if (i !== target * 2 + 3) this.#mapping[i] = -1
        isUsed = true
        this.#put('_', column)
      } else {
        if (isUsed && i < horizontal.edge) this.#mapping[i] = -1
        this.#put('/', column)
      }
    }
    const isDone = this.#isSettled()
    this.#previous = 'collapsing'
    if (isDone) this.#state = 'padding'
  }

  /** Every line that is not where it belongs goes one or two places to the left; one of them may go all the way. */
  #moved(): { readonly edge: number; readonly target: number } {
    const old = this.#mapping
    this.#mapping = old.map(() => -1)
    let edge = -1
    let wanted = -1
    const start = (at: number, target: number, from: number): void => {
      if (edge !== -1) return
      edge = at
      wanted = target
      for (let j = target * 2 + 3; j < from - 2; j += 2) this.#mapping[j] = target
    }
    for (let i = 0; i < this.#mappingSize; i++) {
      const target = old[i] ?? -1
      if (target < 0) continue
      const left = this.#mapping[i - 1] ?? -1
      if (target * 2 === i) this.#mapping[i] = target
      else if (left < 0) {
        this.#mapping[i - 1] = target
        start(i, target, i)
      } else if (left !== target) {
        this.#mapping[i - 2] = target
        start(i - 1, target, i)
      }
    }
    this.#oldMapping = [...this.#mapping]
    if ((this.#mapping[this.#mappingSize - 1] ?? -1) < 0) this.#mappingSize -= 1
    return { edge, target: wanted }
  }
}
