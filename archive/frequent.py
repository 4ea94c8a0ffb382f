"""Folded syllables that stand in many articles: in a tenth or more of a sample of Vietnamese news,
and those of the field itself.

Which ones these are decides what an index keeps, not what a search finds: pairs of others are not
worth a token of their own. The list is a part of the index's rules (`archive.vietnamese`).
"""

_WORDS = """
    ai am an anh ap b ba bac bach bai ban bang bao bat bay be ben bi bien biet bieu binh bo boi
    bon btttt buoc c ca cac cach cai cam can cang canh cao cap cat cau cay cha chac cham chan
    chang chap chat chay che chi chia chiem chien chieu chinh chiu cho choi chon chong chu chua
    chuan chuc chung chuong chup chuyen cntt co coi con cong cp cu cua cuc cung cuoc cuoi cuong
    cuu d da dac dai dam dan dang danh dao dap dat dau day de dem den dep deu di dia dich diem
    dien dieu dinh dip do doan doanh doc doi don dong dot du dua duc dung duoc duoi duong dut
    duy duyet fpt gan gay ghi gi gia giac giai giam gian giang giao giay gio gioi giong giu giua
    giup go goc goi gom gop gui h ha hai han hang hanh hao hap hau hay he het hiem hien hiep
    hieu hinh ho hoa hoac hoach hoan hoang hoat hoc hoi hom hon hong hop hung huong hut huu huy
    huyen ich internet it ke kem keo ket kha khac khach khai khan khang khao khau khen khi khich
    khien khieu kho khoa khoan khoang khoi khong khu khung khuyen kich kiem kien kinh kip ky la
    lac lai lam lan lang lanh lao lap lay le lech len lich lien lieu linh lo loai loan loi lon
    long lua luan luat luc luoc luon luong luu ly ma mac mach mai man mang manh mao mat mau may
    me mem mien minh mo moi mong mot mua muc muon muu my nam nang nao nay nd ne nen neu nga ngan
    nganh ngay nghe ngheo nghi nghia nghiem nghien nghiep nghin ngo ngoai ngoi ngu nguoi nguon
    nguong nguy nguyen nha nhac nham nhan nhanh nhap nhat nhau nhiem nhien nhieu nhin nho nhom
    nhu nhung niem nien ninh no noi nong nop nu nua nukeviet nuoc o on ong pha phai pham phan
    phap phat phe phep phi phia phien pho phoi phong phu phuc phuong qd qua quan quang quen quoc
    quy quyen quyet ra rang rat rieng ro roi rong rut sac sach sai sam san sang sao sap sat sau
    se si sieu sinh so soat som son song su sua suc sung suot ta tac tai tam tan tang tao tap
    tat tay te ten thac thach thai tham than thang thanh thao thap that thau thay the them theo
    thi thich thien thiep thiet thieu tho thoa thoai thoi thong thu thua thuan thuat thuc thue
    thuoc thuong tich tiem tien tieng tiep tiet tieu tim tin tinh to toa toan toc toi ton tong
    tot tphcm tra trach trai tran trang tranh trao tre tren tri trich trien triet trieu trinh
    tro troi trong tru truc trung truoc truong truy truyen ts tt tu tuan tuc tung tuoi tuong tuy
    tuyen tuyet ty ubnd ung uoc uong usd uu uy va vai van vao vat vay ve vi viec vien viet vinh
    vo voi von vong vu vua vuc vung vuong vuot website xa xac xay xem xet xu xuan xuat xung
    xuong y yeu
"""

FREQUENT = frozenset(_WORDS.split())
