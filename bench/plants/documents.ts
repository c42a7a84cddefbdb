/**
 * Documents and mail that carry an object: what a signature for parts of them is found in.
 */
import { deflateSync } from 'node:zlib';
import { compoundFile } from './compound-file.ts';
import { peHost } from './hosts.ts';

/** A mail with the object as its attachment, in base64. Source: RFC 2045, RFC 2046. */
export function mailWith(bytes: Uint8Array): Buffer {
  const boundary = 'bench-boundary';
  return Buffer.from(
    [
      'From: a@example.org',
      'To: b@example.org',
      'Subject: c',
      'MIME-Version: 1.0',
      `Content-Type: multipart/mixed; boundary="${boundary}"`,
      '',
      `--${boundary}`,
      'Content-Type: application/octet-stream; name="object.bin"',
      'Content-Disposition: attachment; filename="object.bin"',
      'Content-Transfer-Encoding: base64',
      '',
      ...(Buffer.from(bytes)
        .toString('base64')
        .match(/.{1,76}/g) ?? []),
      '',
      `--${boundary}--`,
      '',
    ].join('\r\n'),
    'latin1',
  );
}

/** A PDF with the object as an embedded file. Source: ISO 32000-1, 7.3.8 and 7.11.4. */
export function pdfWith(bytes: Uint8Array): Buffer {
  const packed = deflateSync(bytes);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(object) 4 0 R] >> >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>',
    '<< /Type /Filespec /F (object) /EF << /F 5 0 R >> >>',
  ];
  const parts = [Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  const offsets: number[] = [];
  let at = parts[0]!.length;
  const add = (content: Buffer): void => {
    offsets.push(at);
    const part = Buffer.concat([Buffer.from(`${offsets.length} 0 obj\n`), content, Buffer.from('\nendobj\n')]);
    parts.push(part);
    at += part.length;
  };
  for (const object of objects) add(Buffer.from(object));
  const head = `<< /Type /EmbeddedFile /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`;
  add(Buffer.concat([Buffer.from(head), packed, Buffer.from('\nendstream')]));
  const places = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${places}`;
  const trailer = `trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(table), Buffer.from(trailer)]);
}

/** An RTF text with the object as OLE 1 data. Source: Microsoft, "Rich Text Format 1.9.1"; [MS-OLEDS], ObjectHeader and EmbeddedObject. */
export function rtfWith(bytes: Uint8Array): Buffer {
  const number = (value: number): Buffer => {
    const field = Buffer.alloc(4);
    field.writeUInt32LE(value);
    return field;
  };
  const data = Buffer.concat([
    number(0x501), //                 version
    number(2), //                     embedded
    number(8), //                     name of the class; no topic, no item
    Buffer.from('Benches\0'),
    number(0),
    number(0),
    number(bytes.length),
    bytes,
  ]).toString('hex');
  const lines = data.match(/.{1,128}/g) ?? [];
  return Buffer.from(
    `{\\rtf1\\ansi{\\object\\objemb{\\*\\objclass Benches}{\\*\\objdata ${lines.join('\n')}}}\\par}\n`,
  );
}

/** A program with the object, a program of its own, behind it. */
export function programWith(bytes: Uint8Array): Buffer {
  return Buffer.concat([peHost({ sections: [512, 512], entry: 0x40 }).bytes, bytes]);
}

/** An OLE2 file with the object as a stream. @returns undefined when it is too large */
export function ole2With(bytes: Uint8Array): Buffer | undefined {
  return compoundFile([{ name: 'Object', bytes }]);
}
