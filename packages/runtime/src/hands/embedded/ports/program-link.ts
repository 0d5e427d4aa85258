import { isPortAnswering, type PortAnswering, type PortAsking, type PortListening, type PortOwning } from './port-messages'
import { PortAsker } from './port-asker'
import type { PortProgram, PortTable } from './port-table'

/** What a program says about ports. */
export type PortSaid = PortOwning | PortAsking | PortAnswering

/** What it is told. */
export type PortTold = PortListening | PortAsking | PortAnswering

/** A running program at the table: it may listen, and it may ask others. */
export class ProgramLink {
  readonly #table: PortTable
  readonly #post: (message: PortTold) => void
  readonly #asker: PortAsker
  readonly #program: PortProgram

  constructor(table: PortTable, post: (message: PortTold) => void) {
    this.#table = table
    this.#post = post
    this.#asker = new PortAsker(table, post)
    this.#program = {
      ask: (id, ask) => post({ type: 'port.request', id, ...ask }),
      took: (id) => post({ type: 'port.took', id }),
      drop: (id) => post({ type: 'port.drop', id }),
    }
  }

  take(message: PortSaid): void {
    if (message.type === 'port.listen') {
      const port = this.#table.listen(message.port, this.#program)
      if (typeof port === 'number') this.#post({ type: 'port.listening', id: message.id, port })
      else this.#post({ type: 'port.listening', id: message.id, port: message.port, code: port })
    } else if (message.type === 'port.close') this.#table.close(message.port, this.#program)
    else if (isPortAnswering(message)) this.#table.answer(this.#program, message)
    else this.#asker.take(message)
  }

  /** The program ended. */
  leave(): void {
    this.#asker.leave()
    this.#table.leave(this.#program)
  }
}
