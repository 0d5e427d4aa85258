/** A part of the page beside what stands for it in the picture. */
type Finish = (own: Element, copy: HTMLElement) => void

/**
 * The library says which part it is about to copy, and later what the copy of some part is; parts within are copied in between. So the two are
 * found to belong together: whoever was said last and has no copy yet is the one.
 */
export function inPairs(root: Element, finish: Finish): { readonly begins: (own: Node) => void; readonly ends: (copy: Node) => void } {
  const open: Element[] = [root]
  let inner: Node | undefined
  return {
    begins: (own) => {
      if (isElement(own)) open.push(own)
    },
    ends: (copy) => {
      if (!isElement(copy)) return
      // The page in a frame is told of on its own account and then, the same copy, as that of the frame.
      if (open.at(-1)?.tagName === 'IFRAME' && copy.tagName === 'HTML' && inner !== copy) {
        inner = copy
        return
      }
      const own = open.pop()
      if (own !== undefined && isHtml(copy)) finish(own, copy)
    },
  }
}

/** Of whatever frame: those of another have other classes. */
const isElement = (node: Node): node is Element => node.nodeType === Node.ELEMENT_NODE
const isHtml = (element: Element): element is HTMLElement => element.namespaceURI === 'http://www.w3.org/1999/xhtml'

/** What a copy by styles alone does not have: how far things are scrolled, what was typed, what stays while the page is scrolled. */
export function asItStands(page: Document): Finish {
  const { scrollTop, scrollLeft } = page.documentElement
  const isScrolled = scrollTop !== 0 || scrollLeft !== 0
  const { left, top } = page.body.getBoundingClientRect()
  return (own, copy) => {
    if (own instanceof HTMLTextAreaElement) copy.textContent = own.value
    if (own instanceof HTMLIFrameElement) asBox(own, copy)
    // The copy's page is moved instead of scrolled, and what is fixed would go with it.
    if (isScrolled && copy.style.position === 'fixed') copy.style.translate = `${-left}px ${-top}px`
    if (own.scrollTop !== 0 || own.scrollLeft !== 0) moveInside(own, copy)
  }
}

/** What stands for a frame is the page in it, which has no size of its own. */
function asBox(own: HTMLIFrameElement, copy: HTMLElement): void {
  const { display, width, height, border } = getComputedStyle(own)
  Object.assign(copy.style, { display: display === 'inline' ? 'inline-block' : display, width, height, border, overflow: 'hidden' })
}

/** Lines of text cannot be moved by themselves: they get a box around them. */
function moveInside(own: Element, copy: HTMLElement): void {
  const by = `${-own.scrollLeft}px ${-own.scrollTop}px`
  if ([...own.childNodes].some(isInLine)) {
    const box = copy.ownerDocument.createElement('div')
    box.style.translate = by
    box.append(...copy.childNodes)
    copy.append(box)
  } else for (const part of copy.children) if (isHtml(part) && part.style.position !== 'fixed') part.style.translate = by
}

const isInLine = (part: Node): boolean =>
  part instanceof Element ? getComputedStyle(part).display.startsWith('inline') : part instanceof Text && part.data.trim() !== ''
