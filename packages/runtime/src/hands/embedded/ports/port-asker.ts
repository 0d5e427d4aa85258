import type { PortAnswering, PortAsking } from './port-messages'
import type { PortExchange, PortTable } from './port-table'

/** Asks the table on behalf of somebody at the other end of messages, who numbers the requests. */
export class PortAsker {
  readonly #table: PortTable
  readonly #post: (message: PortAnswering) => void
  readonly #open = new Map<number, PortExchange>()

  constructor(table: PortTable, post: (message: PortAnswering) => void) {
    this.#table = table
    this.#post = post
  }

  take(message: PortAsking): void {
    const { id } = message
    if (message.type === 'port.took') return this.#open.get(id)?.took()
    if (message.type === 'port.drop') {
      this.#open.get(id)?.drop()
      this.#open.delete(id)
      return
    }
    // A number that is on its way already: the answers could not be told apart.
    if (this.#open.has(id)) return
    const { type: _type, id: _id, ...ask } = message
    const exchange = this.#table.request(ask, (said) => {
      if (said.type === 'port.end') this.#open.delete(id)
      this.#post({ ...said, id })
    })
    this.#open.set(id, exchange)
  }

  /** Whoever asked is gone. */
  leave(): void {
    for (const exchange of this.#open.values()) exchange.drop()
    this.#open.clear()
  }
}
