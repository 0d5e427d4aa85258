import { fieldsOf, type Separator } from './separators'
import { Fatal, InputText, NO_FIELD, toNumber, type Scalar } from './values'

/** Fields beyond this are a mistake, not data. */
const MOST = 10_000_000

/** The record and its fields: each is made from the other when it is asked for. */
export class Fields {
  #text = ''
  #whole: Scalar = ''
  #fields: Scalar[] = []
  /** What the fields were made of has changed; they are split again when asked for. */
  #isSplit = true
  /** A field has changed; the record is put together again when asked for. */
  #isJoined = true
  #separator: Separator = { type: 'blank' }
  #glue = ' '
  readonly #textOf: (value: Scalar) => string

  constructor(textOf: (value: Scalar) => string) {
    this.#textOf = textOf
  }

  /** The record that was read. */
  set record(text: string) {
    this.#text = text
    this.#whole = undefined
    this.#isSplit = false
    this.#isJoined = true
  }

  /** Holds from the next record on. */
  set separator(separator: Separator) {
    this.#ensureFields()
    this.#separator = separator
  }

  get separator(): Separator {
    return this.#separator
  }

  /** What stands between fields when the record is put together. */
  set glue(glue: string) {
    this.#ensureRecord()
    this.#glue = glue
  }

  /** The record's text. */
  get text(): string {
    this.#ensureRecord()
    return this.#text
  }

  get count(): number {
    this.#ensureFields()
    return this.#fields.length
  }

  /** Cuts the record off after so many fields, or adds empty ones. */
  set count(wanted: number) {
    if (wanted < 0) throw new Fatal('NF set to negative value')
    if (wanted > MOST) throw new Fatal(`NF set to ${wanted}, which is more than this sandbox holds`)
    this.#ensureFields()
    const count = Math.trunc(wanted)
    while (this.#fields.length < count) this.#fields.push(NO_FIELD)
    this.#fields.length = count
    this.#isJoined = false
  }

  /** `$index`. */
  get(index: number): Scalar {
    if (index === 0) {
      this.#ensureRecord()
      this.#whole ??= new InputText(this.#text)
      return this.#whole
    }
    if (index < 0) throw new Fatal(`attempt to access field ${index}`)
    this.#ensureFields()
    return this.#fields[index - 1] ?? NO_FIELD
  }

  set(index: number, value: Scalar): void {
    if (index === 0) {
      this.record = this.#textOf(value)
      // An assigned value keeps what it is: after `$0 = "10"` it is text, and the field of it is what it looks like.
      this.#whole = value ?? ''
      return
    }
    if (index < 0) throw new Fatal(`attempt to access field ${index}`)
    if (index > MOST) throw new Fatal(`attempt to assign field ${index}, which is more than this sandbox holds`)
    this.#ensureFields()
    while (this.#fields.length < index) this.#fields.push(NO_FIELD)
    this.#fields[index - 1] = value ?? ''
    this.#isJoined = false
  }

  /** Makes a field exist, without a change of the record's text. */
  reach(index: number): void {
    this.#ensureFields()
    while (index <= MOST && this.#fields.length < index) this.#fields.push(NO_FIELD)
  }

  #ensureFields(): void {
    if (this.#isSplit) return
    this.#isSplit = true
    const texts = fieldsOf(this.#text, this.#separator)
    const fields: Scalar[] = []
    for (const text of texts) fields.push(new InputText(text))
    this.#fields = fields
  }

  #ensureRecord(): void {
    if (this.#isJoined) return
    this.#isJoined = true
    this.#text = this.#fields.map((field) => this.#textOf(field)).join(this.#glue)
    this.#whole = undefined
  }
}

/** The number of a field. */
export function fieldIndex(value: Scalar): number {
  return Math.trunc(toNumber(value))
}
