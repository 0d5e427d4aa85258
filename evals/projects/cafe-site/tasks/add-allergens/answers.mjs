const page = (menu) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Allergens · Café Linde</title>
    <link rel="stylesheet" href="../css/style.css">
  </head>
  <body>
    <header>
      <h1>Allergens</h1>
      <nav>
        <a href="../index.html">Home</a>
        <a href="menu.html"${menu}>Menu</a>
        <a href="visit.html">Visit us</a>
        <a href="allergens.html"${menu === '' ? ' aria-current="page"' : ''}>Allergens</a>
      </nav>
    </header>
    <main>
      <table>
        <tr><th>Item</th><th>Contains</th></tr>
        <tr><td>Apple</td><td>gluten, egg</td></tr>
        <tr><td>Cheese</td><td>gluten, egg, milk</td></tr>
        <tr><td>Cappuccino</td><td>milk</td></tr>
      </table>
    </main>
    <footer><p>Lindenstraße 5 · <a href="mailto:hello@cafe-linde.example">hello@cafe-linde.example</a></p></footer>
  </body>
</html>
`
const linked = [
  { read: 'pages/menu.html' },
  { run: `sed -i 's#^\\( *\\)<a href="pages/visit.html">Visit us</a>#&\\n\\1<a href="pages/allergens.html">Allergens</a>#' index.html` },
  {
    run: `sed -i 's#^\\( *\\)<a href="visit.html".*Visit us</a>#&\\n\\1<a href="allergens.html">Allergens</a>#' pages/menu.html pages/visit.html`,
  },
]

export const right = [...linked, { write: 'pages/allergens.html', text: page('') }, { try: 'npm test && npm run check' }]

// Copied from the menu with its mark.
export const wrong = [...linked, { write: 'pages/allergens.html', text: page(' aria-current="page"') }, { try: 'npm test' }]
