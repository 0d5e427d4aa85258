import { slugify } from './slugify.js'

/** Gives each slug once. */
export class UniqueSlugs {
  constructor(options) {
    this.options = options
    this.counts = {}
  }

  add(title) {
    const slug = slugify(title, this.options)
    if (this.counts[slug]) {
      this.counts[slug] += 1
      return slug + '-' + this.counts[slug]
    }
    this.counts[slug] = 1
    return slug
  }
}
