/** One file of a comparison. */
export interface Side {
  /** Class of each line; equal lines have the same. */
  readonly classes: Int32Array
  /** One for each changed line, from 1; both ends are guards. */
  readonly changed: Uint8Array
}

/** Moves runs of changes to where people expect them: together, beside those of the other file, else as far down as may be. */
export class Shifter {
  readonly #side: Side
  readonly #other: Side
  readonly #end: number
  /** The run at hand, and the place in the other file that its end goes with. */
  #start = 0
  #i = 0
  #j = 0
  /** End of the run where it last stood beside a change of the other file; the end of the file where it never did. */
  #corresponding = 0

  constructor(side: Side, other: Side) {
    this.#side = side
    this.#other = other
    this.#end = side.classes.length
  }

  run(): void {
    for (;;) {
      while (this.#i < this.#end && !this.#isChanged(this.#i)) {
        while (this.#isOtherChanged(this.#j++));
        this.#i += 1
      }
      if (this.#i === this.#end) return
      this.#start = this.#i
      while (this.#isChanged(++this.#i));
      while (this.#isOtherChanged(this.#j)) this.#j += 1
      let length: number
      do {
        length = this.#i - this.#start
        this.#back()
        this.#corresponding = this.#isOtherChanged(this.#j - 1) ? this.#i : this.#end
        this.#forward()
      } while (length !== this.#i - this.#start)
      while (this.#corresponding < this.#i) this.#stepBack()
    }
  }

  #isChanged(at: number): boolean {
    return this.#side.changed[at + 1] === 1
  }

  #isOtherChanged(at: number): boolean {
    return this.#other.changed[at + 1] === 1
  }

  #stepBack(): void {
    this.#side.changed[this.#start] = 1
    this.#start -= 1
    this.#side.changed[this.#i] = 0
    this.#i -= 1
    while (this.#isOtherChanged(--this.#j));
  }

  /** While the line before is the same as the last of the run. Runs that are met become one with it. */
  #back(): void {
    const { classes, changed } = this.#side
    while (this.#start > 0 && classes[this.#start - 1] === classes[this.#i - 1]) {
      changed[this.#start] = 1
      this.#start -= 1
      changed[this.#i] = 0
      this.#i -= 1
      while (this.#isChanged(this.#start - 1)) this.#start -= 1
      while (this.#isOtherChanged(--this.#j));
    }
  }

  /** While the line behind is the same as the first of the run. */
  #forward(): void {
    const { classes, changed } = this.#side
    while (this.#i !== this.#end && classes[this.#start] === classes[this.#i]) {
      this.#start += 1
      changed[this.#start] = 0
      this.#i += 1
      changed[this.#i] = 1
      while (this.#isChanged(this.#i)) this.#i += 1
      while (this.#isOtherChanged(++this.#j)) this.#corresponding = this.#i
    }
  }
}
