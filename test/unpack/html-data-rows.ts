/** Pages, and the files that lie in their `data:` addresses: what each of them holds. */
export type HtmlDataRow = readonly [name: string, page: string, files: readonly string[]];

const FILE = 'Hello   SigWallMarker';
const BASE64 = Buffer.from(FILE).toString('base64');
const URL = `data:text/plain;base64,${BASE64}`;

export const HTML_DATA_ROWS: readonly HtmlDataRow[] = [
  ['an address in base64', `<html><a href="${URL}">x</a>`, [FILE]],
  ['any attribute of any tag', `<html><p foo='${URL}' id=x>`, [FILE]],
  ['without quotes', `<html><a href=${URL}>x`, [FILE]],
  ['white space around the sign', `<html><a href = "${URL}">`, [FILE]],
  ['text ends with its line', '<html><a href="data:text/plain,Hello SigWallMarker">', ['Hello SigWallMarker\n']],
  ['percent signs', '<html><a href="data:text/plain,Hello%20SigWall%4darker">', ['Hello SigWallMarker\n']],
  ['without a type', '<html><a href="data:,Hello SigWallMarker">', ['Hello SigWallMarker\n']],
  ['with parameters', `<html><a href="data:text/plain;charset=utf-8;base64,${BASE64}">`, [FILE]],
  ['broken lines', `<html><a href="data:;base64,${BASE64.slice(0, 9)}\r\n ${BASE64.slice(9)}">`, [FILE]],
  ['the source of a script', `<html><script src="${URL}">x</script>`, [FILE]],
  ['two', `<html><a href="${URL}"><img src="data:,Hello two"><b>`, [FILE, 'Hello two\n']],
  ['a page that ends in it', `<html><a href="${URL}`, [FILE]],
  ['styles', `<html><style>a{b:url(${URL})}</style>`, [FILE]],
  ['styles with quotes', `<html><style>a{b: url( " ${URL}" )}</style>`, [FILE]],
  ['styles that end with the page', `<STYLE>a{b:url (${URL})}`, [FILE]],
  ['styles with the other quotes', `<html><style>a{b:url('${URL}')}</style>`, []],
  ['styles in capitals', `<html><style>a{b:URL(${URL})}</style>`, []],
  ['styles with parameters', `<html><style>a{b:url(data:a/b;c=d;base64,${BASE64})}</style>`, []],
  ['base64 in capitals', `<html><a b="data:a/b;BASE64;x,${BASE64}">`, [FILE]],
  ['styles have base64 alone', '<html><style>a{b:url(data:text/plain,Hello SigWallMarker)}</style>', []],
  ['another function in a style', `<html><style>a{b:foo(${URL})}</style>`, []],
  ['styles in an attribute', `<html><p style="b:url(${URL})">`, []],
  ['no comma', '<html><a href="data:text/plain;base64">', []],
  ['a space in front', `<html><a href=" ${URL}">`, []],
  ['capitals', `<html><a href="DATA${URL.slice(4)}">`, []],
  ['text', `<html>${URL} <b>`, []],
  ['a script', `<html><script>if (a<b) c.href="${URL}"</script><b>`, []],
  ['behind a script', `<html><script>if (a<b) c="</b>"</script><b x="${URL}">`, [FILE]],
  ['a comment', `<html><!-- <a href="${URL}" -->`, []],
  ['a value with two spaces', `<html><a href="a b c" x="${URL}">`, [FILE]],
  ['nothing in it', '<html><a href="data:;base64,">', []],
];
