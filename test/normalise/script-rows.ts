/**
 * Scripts and what `sigtool --html-normalise` of ClamAV 1.4.6 makes of them, the end tag that it reads with each included.
 * test/real/script.test.ts asks it again.
 */

/** Script without its end tag; the text written. Both Latin-1. */
export const SCRIPT_ROWS: readonly (readonly [script: string, written: string])[] = [
  ['var a=[(b,c)],d;c;d', '<script>var n000=[(b,c)],n001;c;n001</script>'],
  ['var a={(b,c)},d;c;d', '<script>var n000={(b,c)},n001;c;n001</script>'],
  ['var a=[b},c;c', '<script>var n000=[b},c;c</script>'],
  ['var a=b],c;c', '<script>var n000=b],n001;n001</script>'],
  ['var a=b),c;c', '<script>var n000=b),n001;n001</script>'],
  ['var a b,c;c', '<script>var n000 b,n001;n001</script>'],
  ['var i in a,b;b', '<script>var n000 in a,n001;n001</script>'],
  ['if(a){var b}c,d;d', '<script>if(a){var n000}c,n001;n001</script>'],
  ['var a=function(x){x;y},b;b', '<script>var n000=function(n001){n001;y},n002;n002</script>'],
  ['var a=function(x){var z;y},b;y;b', '<script>var n000=function(n001){var n002;y},n003;y;n003</script>'],
  ['var a=[[b,c],d],e;c;d;e', '<script>var n000=[[b,c],d],n001;c;d;n001</script>'],
  ['var a,b\nc,d;c;d', '<script>var n000,n001 c,n002;c;n002</script>'],
  ['var a=[b,c;d,e];e', '<script>var n000=[b,c;d,e];e</script>'],
  ['var a=(b;c,d),e;d;e', '<script>var n000=(b;c,d),e;d;e</script>'],
  ['var .a;a', '<script>var.a;a</script>'],
  ['var a=b,c.d;c;d', '<script>var n000=b,n001.d;n001;d</script>'],
  ['function f(.a,b){a;b}', '<script>function n000(.a,n001){a;n001}</script>'],
  ['function f.g(a){f;g;a}', '<script>function n000.g(n001){n000;g;n001}</script>'],
  ['function f"x"(a){a}', '<script>function n000"x"(n001){n001}</script>'],
  ['function f(a)b;a;c', '<script>function n000(n001)b;n001;c</script>'],
  ['function f(a){a}{a}a', '<script>function n000(n001){n001}{a}a</script>'],
  ['function f(a){[}a}a', '<script>function n000(n001){[}a}a</script>'],
  ['function f(a)){a}a', '<script>function n000(n001)){n001}a</script>'],
  ['function f(a),c;c', '<script>function n000(n001),n002;n002</script>'],
  ['function f;a', '<script>function n000;a</script>'],
  ['function{a}a', '<script>function{a}a</script>'],
  ['function f(a,var b,c){a;b;c}', '<script>function n000(n001,var n002,n003){n001;n002;n003}</script>'],
  ['function f(function g(a){g;a}){a;f;g}', '<script>function n000(function n001(n002){n001;n002}){a;n000;g}</script>'],
  ['function (a)c;function(b){a;b}a;b', '<script>function(n000)c;function(n001){n000;n001}n000;b</script>'],
  ['if(function(a){a}){a}', '<script>if(function(n000){n000}){a}</script>'],
  ['function f(a){a}}{a', '<script>function n000(n001){n001}}{a</script>'],
  ['function f(a){function g(b){a;b', '<script>function n000(n001){function n002(n003){n001;n003</script>'],
  ['eval("a;");eval("b;")', '<script>a;b;</script>'],
  ['eval("a;");b;eval("b;")', '<script>a;b;b;</script>'],
  ['eval("eval(\\"a;\\");b;");c', '<script>eval("a;");b;c</script>'],
  ['function f(a){eval("a;b;");}', '<script>function n000(n001){n001;b;}</script>'],
  ['eval("x(");y', '<script>x(y</script>'],
  ['eval("\\"abc\\"");y', '<script>"abc"y</script>'],
  ['eval(";x\\x41y ;");y', '<script>;xay;y</script>'],
  ['eval("\'a\\nb\' ")', '<script>"a b"</script>'],
  ["eval(\"'a'+'b'\")", '<script>"ab"</script>'],
  ['var z;eval("var a=1;a;");var y;', '<script>var n000;var n002=1;n002;var n001;</script>'],
  ['f(eval("a;"),b)', '<script>f(a;,b)</script>'],
  ['(eval)("a;")', '<script>(eval)("a;")</script>'],
  ['eval("a;"b)', '<script>eval("a;"b)</script>'],
  [
    'function}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function;}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function;}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function;;;;;}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function;;;;;}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function}}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function}}k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function}}}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function}}}k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function f}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function n000}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function f;}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function n000;}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function f(}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function n000(}eval("k0;");k1;k2;k3;k4;k5;</script>)</script>',
  ],
  [
    'function(}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function(}eval("k0;");k1;k2;k3;k4;k5;</script>)</script>',
  ],
  [
    'function()}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function()}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function(a)}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function(n000)}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function({}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function({}eval("k0;");k1;k2;k3;k4;k5;</script>)</script>',
  ],
  [
    'function{}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function{}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function{}}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function{}}k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function f(){}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function n000(){}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function f(){}}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function n000(){}}k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function(){{}}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function(){{}}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function(){eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function(){k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function(){{eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function(){{k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function){eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function){k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function;{eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function;{k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function;};}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function;};}k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function;};;;;}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function;};;;;}k0;k1;k2;k3;k4;k5;</script>',
  ],
  ['}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");', '<script>}k0;k1;k2;k3;k4;k5;</script>'],
  [
    'functioneval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>functioneval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function(eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function(k0;k1;k2;k3;k4;k5;</script>)</script>',
  ],
  [
    'function()eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function()k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function;{;};eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function;{;};k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function f(a,b){eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function n000(n001,n002){k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function f(a,b){}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function n000(n001,n002){}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function(p,a,c,k,e,d){eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function(n000,n001,n002,n003,n004,n005){k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function(p,a,c,k,e,d){}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function(n000,n001,n002,n003,n004,n005){}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function(p,a,c,k,e,r){}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function(n000,n001,n002,n003,n004,n005){}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function(p,a,c,k,e,d){}}eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function(n000,n001,n002,n003,n004,n005){}}k0;k1;k2;k3;k4;k5;</script>',
  ],
  [
    'function x;function }eval("k0;");eval("k1;");eval("k2;");eval("k3;");eval("k4;");eval("k5;");',
    '<script>function n000;function}eval("k0;");k1;k2;k3;k4;k5;</script>',
  ],
  ['dF("")', '<script>df("")</script>'],
  ['dF("1")', '<script></script>'],
  ['dF("b1")', '<script></script>'],
  ['dF("bcd1")', '<script></script>'],
  ['dF("bcd1");z', '<script>z</script>'],
  ['dF("<2");z', '<script>z</script>:</script>'],
  ['dF("bcd0")', '<script></script>'],
  ['dF("%62%63 1")', '<script></script>ab</script>'],
  ['dF("a;b;0");z', '<script>z</script>a;b;</script>'],
  ['dF("a;b;9");z', '<script>z</script>'],
  ['dF("a;b;a");z', '<script>z</script>0 1</script>'],
  ['dF("%253b0");z', '<script>z</script>;</script>'],
  ['dF("\'%253b\'0");z', '<script>z</script>";"</script>'],
  ['dF("\'%2541\' 0");z', '<script>z</script>"a"</script>'],
  ['dF("b<",1)', '<script>1)</script>'],
  ['dF("b<1",1);z', '<script>1);z</script>a;</script>'],
  ['dF("b<1"', '<script>/script>)a;</script>'],
  ['x.dF("b<1");z', '<script>x.df("b<1");z</script>'],
  ['dF("b<1");dF("c<1");', '<script>df("c<1");</script>a;</script>'],
  ['Df("b<1")', '<script>df("b<1")</script>'],
  ['df("b<1")', '<script>df("b<1")</script>'],
  ['DF("b<1")', '<script>df("b<1")</script>'],
  ['dF("b\\x80<1");z', '<script>z</script>a;</script>'],
  ['dF("\'\\x00\\x01\\x02b\'<1");z', '<script>z</script>&</script>'],
  ['dF(";<"+"=1");z', '<script>z</script>:;<</script>'],
  ['var dF;dF("b<1");z', '<script>var n000;z</script>a;</script>'],
  ['function dF(x){}dF("b<1");z', '<script>function n000(n001){}z</script>a;</script>'],
  ['dF ( "b<1" ) z', '<script>z</script>a;</script>'],
  ['dF("(b<1");z', '<script>z</script>'],
  ['eval("dF(\\"b<1\\");z;")', '<script>df("b<1");z;</script>'],
  ['eval(";dF(\\"b<1\\");z;")', '<script>;z;</script>a;</script>'],
  ['dF("~1;1")', '<script></script>}0:</script>'],
  ['dF("%31%32%33 0")', '<script></script>123</script>'],
  ['dF("\'%u0042\' 0");z', '<script>z</script>"b"</script>'],
  ['dF("\'%u0042\' 1");z', '<script>z</script>&a&</script>'],
  ['unescape(dF("b<1"))', '<script>unescape()</script>a;</script>'],
  ["dF('%264Dtdsjqu%264E%2631%2633b%2633%264C%264D0tdsjqu%264F1')", '<script></script><script="a";</script>'],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,r,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005,n006){}(w foo=bar;)</script>',
  ],
  [
    "function(p,b,c,k,e){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004){}("0 1=2;",62,4,"w|foo|bar|alert".split("|"),0,{})</script>',
  ],
  [
    "function(P,A,C,K,E){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004){}("0 1=2;",62,4,"w|foo|bar|alert".split("|"),0,{})</script>',
  ],
  [
    "function(x,a,c,k,e){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004){}("0 1=2;",62,4,"w|foo|bar|alert".split("|"),0,{})</script>',
  ],
  [
    "function(p a c k e){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000 a c k e){}("0 1=2;",62,4,"w|foo|bar|alert".split("|"),0,{})</script>',
  ],
  [
    "function f(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function n000(n001,n002,n003,n004,n005,n006){}("0 1=2;",62,4,"w|foo|bar|alert".split("|"),0,{})</script>',
  ],
  [
    "function f(p,a,c,k,e,d){return p}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function n000(n001,n002,n003,n004,n005,n006){return n001}("0 1=2;",62,4,"w|foo|bar|alert".split("|"),0,{})</script>',
  ],
  [
    "q=function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>q=function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){{}}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){{}}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){{}}{}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){{}}{}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d);('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005);("0 1=2;",62,4,"w|foo|bar|alert".split("|"),0,{})</script>',
  ],
  [
    "function(p,a,c,k,e,d)}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005)}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){;('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){;("0 1=2;",62,4,"w|foo|bar|alert".split("|"),0,{})</script>',
  ],
  [
    "function(p,a,c,k,e,d){}x('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}x(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){})('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){})(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}.x('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}.x(w foo=bar;)</script>',
  ],
  [
    "var p;function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>var n000;function(n001,n002,n003,n004,n005,n006){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)function(n006,n007,n008,n009,n010,n011){}(w foo=bar;)</script>',
  ],
  [
    "x;function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})y;function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})z",
    '<script>x;function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)y;function(n006,n007,n008,n009,n010,n011){}(w foo=bar;)z</script>',
  ],
  [
    "function(p,a,c,k,e('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004("0 1=2;",62,4,"w|foo|bar|alert".split("|"),0,{})</script>)</script>',
  ],
  [
    "eval(\"function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})\")",
    '<script>function(n000,n001,n002,n003,n004,n005){}("0 1=2;",62,4,"w|foo|bar|alert".split("|"),0,{})</script>',
  ],
  [
    "eval(\";function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})\")",
    '<script>;function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "dF(\"function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})0\")",
    '<script></script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'))",
    '<script>function(n000,n001,n002,n003,n004,n005){}("0 1=2;",62,4,"w|foo|bar|alert".split("|"))</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0)",
    '<script>function(n000,n001,n002,n003,n004,n005){}("0 1=2;",62,4,"w|foo|bar|alert".split("|"),0)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{}",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;</script>)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),1,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),x,[])",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),'x')",
    '<script>function(n000,n001,n002,n003,n004,n005){}("0 1=2;",62,4,"w|foo|bar|alert".split("|"),"x")</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split(','),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split(x),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.foo('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert',0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,x,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',x,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',6.5,4.5,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}(x,62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}()</script>',
  ],
  [
    "function(p,a,c,k,e,d){}['0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{}]",
    '<script>function(n000,n001,n002,n003,n004,n005){}["0 1=2;",62,4,"w|foo|bar|alert".split("|"),0,{}]</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'['split']('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|')+0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}("0 1=2;",62,4,"w|foo|bar|alert".split("|")+0,{})</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split(1),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62;4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}("0 1=2;",62;4,"w|foo|bar|alert".split("|"),0,{})</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{a:b})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;:b})</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{}+a)",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;+a)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,b;c;d;e;f",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;c;d;e;f</script>)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}(x('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{}))",
    '<script>function(n000,n001,n002,n003,n004,n005){}())</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,y+'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}()</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,7,8,9,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}("w|foo|bar|alert".split("|"),0,{})</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',10,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,5.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}()</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1=2;',62,4,'w|x')a b c d e f g h i j",
    '<script>function(n000,n001,n002,n003,n004,n005){}("0 1=2;",62,4,"w|x")a b c d e f g h i j</script>',
  ],
  [
    'function(p,a,c,k,e,d){}()a b c d e f g h i j k l m n o p q',
    '<script>function(n000,n001,n002,n003,n004,n005){}()a b c d e f g h i j k l m n o p q</script>',
  ],
  [
    "function(p,a,c,k,e,d){};;;;;;;;;;;;;;;;;;;;;;;;;('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){};;;;;;;;;;;;;;;;;;;;;;;;;(w foo=bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}.a.b()('0 1=2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}.a.b())</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('_0;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(_w;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('00;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0a;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(0 a;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('99999999999999;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(276447231;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0.1;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w.foo;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0\\n1;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('\\xe90;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w foo;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('-1;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(-foo;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0/*1*/2;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w bar;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0x1;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(0 x1;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('eval 0;',62,4,'w|foo|bar|alert'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(eval w;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 3;',62,4,'a'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(a 1 2 3;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 3;',62,4,'|a'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(0 a 2 3;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 3;',62,4,''.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(0 1 2 3;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 3;',62,4,'a||b'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(a 1 b 3;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 3;',62,4,'(|)'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(()2 3;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 3;',62,4,'0|1'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(0 1 2 3;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 3;',62,4,'\\'|x'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}()</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 a b A 10 11;',2,4,'w0|w1|w2|w3|w4|w5|w6|w7|w8|w9|w10|w11|w12|w13|w14|w15|w16|w17|w18|w19|w20|w21|w22|w23|w24|w25|w26|w27|w28|w29|w30|w31|w32|w33|w34|w35|w36|w37|w38|w39|w40|w41|w42|w43|w44|w45|w46|w47|w48|w49|w50|w51|w52|w53|w54|w55|w56|w57|w58|w59|w60|w61|w62|w63|w64|w65|w66|w67|w68|w69'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w0 w1 w2 w10 w11 w36 w2 w3;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 a b A 10 11;',0,4,'w0|w1|w2|w3|w4|w5|w6|w7|w8|w9|w10|w11|w12|w13|w14|w15|w16|w17|w18|w19|w20|w21|w22|w23|w24|w25|w26|w27|w28|w29|w30|w31|w32|w33|w34|w35|w36|w37|w38|w39|w40|w41|w42|w43|w44|w45|w46|w47|w48|w49|w50|w51|w52|w53|w54|w55|w56|w57|w58|w59|w60|w61|w62|w63|w64|w65|w66|w67|w68|w69'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w0 w1 w2 w10 w11 w36 w0 w1;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 a b A 10 11;',36,4,'w0|w1|w2|w3|w4|w5|w6|w7|w8|w9|w10|w11|w12|w13|w14|w15|w16|w17|w18|w19|w20|w21|w22|w23|w24|w25|w26|w27|w28|w29|w30|w31|w32|w33|w34|w35|w36|w37|w38|w39|w40|w41|w42|w43|w44|w45|w46|w47|w48|w49|w50|w51|w52|w53|w54|w55|w56|w57|w58|w59|w60|w61|w62|w63|w64|w65|w66|w67|w68|w69'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w0 w1 w2 w10 w11 w36 w36 w37;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 a b A 10 11;',61,4,'w0|w1|w2|w3|w4|w5|w6|w7|w8|w9|w10|w11|w12|w13|w14|w15|w16|w17|w18|w19|w20|w21|w22|w23|w24|w25|w26|w27|w28|w29|w30|w31|w32|w33|w34|w35|w36|w37|w38|w39|w40|w41|w42|w43|w44|w45|w46|w47|w48|w49|w50|w51|w52|w53|w54|w55|w56|w57|w58|w59|w60|w61|w62|w63|w64|w65|w66|w67|w68|w69'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w0 w1 w2 w10 w11 w36 w61 w62;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 a b A 10 11;',63,4,'w0|w1|w2|w3|w4|w5|w6|w7|w8|w9|w10|w11|w12|w13|w14|w15|w16|w17|w18|w19|w20|w21|w22|w23|w24|w25|w26|w27|w28|w29|w30|w31|w32|w33|w34|w35|w36|w37|w38|w39|w40|w41|w42|w43|w44|w45|w46|w47|w48|w49|w50|w51|w52|w53|w54|w55|w56|w57|w58|w59|w60|w61|w62|w63|w64|w65|w66|w67|w68|w69'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w0 w1 w2 w10 w11 w36 w63 w64;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 a b A 10 11;',100,4,'w0|w1|w2|w3|w4|w5|w6|w7|w8|w9|w10|w11|w12|w13|w14|w15|w16|w17|w18|w19|w20|w21|w22|w23|w24|w25|w26|w27|w28|w29|w30|w31|w32|w33|w34|w35|w36|w37|w38|w39|w40|w41|w42|w43|w44|w45|w46|w47|w48|w49|w50|w51|w52|w53|w54|w55|w56|w57|w58|w59|w60|w61|w62|w63|w64|w65|w66|w67|w68|w69'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w0 w1 w2 w10 w11 w36 10 11;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 a b A 10 11;',99999999999,4,'w0|w1|w2|w3|w4|w5|w6|w7|w8|w9|w10|w11|w12|w13|w14|w15|w16|w17|w18|w19|w20|w21|w22|w23|w24|w25|w26|w27|w28|w29|w30|w31|w32|w33|w34|w35|w36|w37|w38|w39|w40|w41|w42|w43|w44|w45|w46|w47|w48|w49|w50|w51|w52|w53|w54|w55|w56|w57|w58|w59|w60|w61|w62|w63|w64|w65|w66|w67|w68|w69'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w0 w1 w2 w10 w11 w36 10 11;)</script>',
  ],
  [
    "function(p,a,c,k,e,d){}('0 1 2 a b A 10 11;',\"62\",4,'w0|w1|w2|w3|w4|w5|w6|w7|w8|w9|w10|w11|w12|w13|w14|w15|w16|w17|w18|w19|w20|w21|w22|w23|w24|w25|w26|w27|w28|w29|w30|w31|w32|w33|w34|w35|w36|w37|w38|w39|w40|w41|w42|w43|w44|w45|w46|w47|w48|w49|w50|w51|w52|w53|w54|w55|w56|w57|w58|w59|w60|w61|w62|w63|w64|w65|w66|w67|w68|w69'.split('|'),0,{})",
    '<script>function(n000,n001,n002,n003,n004,n005){}(w0 w1 w2 w10 w11 w36 10 w0;)</script>',
  ],
];
